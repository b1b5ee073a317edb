/* Percent-decoding (RFC 3986 §2.1). */
#ifndef MOOTHALL_API_PERCENT_H
#define MOOTHALL_API_PERCENT_H

#include "lib/arena.h"

/* False when an escape is malformed, or the result is not UTF-8 or holds a NUL. plus: a
 * '+' is a space, as forms write it. */
must_check bool percent_decode(struct arena *arena, struct str in, bool plus,
                               struct str *out);

#endif
