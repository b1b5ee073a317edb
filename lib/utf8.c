#include "lib/utf8.h"

static bool is_continuation(unsigned char c)
{
    return (c & 0xc0) == 0x80;
}

size_t utf8_decode(struct str s, uint32_t *out)
{
    if (s.len == 0) {
        return 0;
    }
    const unsigned char *p = (const unsigned char *)s.ptr;
    if (p[0] < 0x80) {
        *out = p[0];
        return 1;
    }
    size_t len = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
    if (p[0] < 0xc2 || p[0] > 0xf4 || s.len < len) {
        return 0;
    }
    uint32_t c = p[0] & (0xffu >> (len + 1));
    for (size_t i = 1; i < len; i++) {
        if (!is_continuation(p[i])) {
            return 0;
        }
        c = c << 6 | (p[i] & 0x3fu);
    }
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) {
        return 0;
    }
    *out = c;
    return len;
}

bool utf8_valid(struct str s)
{
    uint32_t c;
    while (s.len > 0) {
        size_t len = utf8_decode(s, &c);
        if (len == 0) {
            return false;
        }
        s.ptr += len;
        s.len -= len;
    }
    return true;
}

size_t utf8_count(struct str s)
{
    size_t count = 0;
    for (size_t i = 0; i < s.len; i++) {
        count += !is_continuation((unsigned char)s.ptr[i]);
    }
    return count;
}

static bool is_blank(uint32_t c)
{
    return (c >= 0x09 && c <= 0x0d) || c == 0x20 || c == 0x85 || c == 0xa0 ||
           c == 0x1680 || (c >= 0x2000 && c <= 0x200f) || c == 0x2028 || c == 0x2029 ||
           c == 0x202f || c == 0x205f || c == 0x2060 || c == 0x3000 || c == 0xfeff;
}

struct str utf8_trim(struct str s)
{
    uint32_t c = 0;
    while (s.len > 0) {
        size_t len = utf8_decode(s, &c);
        if (len == 0 || !is_blank(c)) {
            break;
        }
        s.ptr += len;
        s.len -= len;
    }
    while (s.len > 0) {
        size_t at = s.len - 1;
        while (at > 0 && is_continuation((unsigned char)s.ptr[at])) {
            at--;
        }
        if (utf8_decode((struct str){s.ptr + at, s.len - at}, &c) == 0 ||
            !is_blank(c)) {
            break;
        }
        s.len = at;
    }
    return s;
}
