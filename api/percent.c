#include "api/percent.h"

#include "lib/utf8.h"

static int hex(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    char low = (char)(c | 0x20);
    return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

bool percent_decode(struct arena *arena, struct str in, bool plus, struct str *out)
{
    char *text = arena_alloc(arena, in.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < in.len; i++) {
        char c = in.ptr[i];
        if (c == '%') {
            bool whole = in.len - i > 2;
            int high = whole ? hex(in.ptr[i + 1]) : -1;
            int low = whole ? hex(in.ptr[i + 2]) : -1;
            if (high < 0 || low < 0) {
                return false;
            }
            c = (char)(high << 4 | low);
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        if (c == '\0') {
            return false;
        }
        text[len++] = c;
    }
    *out = (struct str){text, len};
    return utf8_valid(*out);
}
