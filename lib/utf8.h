/* UTF-8 (RFC 3629): checked once at the edge, never again. A character is a code point. */
#ifndef MOOTHALL_LIB_UTF8_H
#define MOOTHALL_LIB_UTF8_H

#include "lib/str.h"

/* Decodes one code point at s.ptr; returns its length in bytes, 0 if s is empty or does
 * not begin with well-formed UTF-8 (surrogates, overlong forms and > U+10FFFF are not). */
size_t utf8_decode(struct str s, uint32_t *out);
bool utf8_valid(struct str s);
size_t utf8_count(struct str s); /* code points of a valid text */
/* Without white space (Unicode White_Space) at both ends, and without the invisible
 * U+200B-U+200F, U+2060, U+FEFF there: what is left is what a reader sees. */
struct str utf8_trim(struct str s);

#endif
