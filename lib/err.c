#include "lib/err.h"

static const struct {
    int status;
    const char *code;
    const char *title;
} rows[E_COUNT] = {
    [E_OK] = {200, "ok", "OK"},

#define ERR(name, status, code, title) [E_##name] = {status, code, title},
#include "lib/err.def"
#undef ERR
};

int err_status(enum err e)
{
    return rows[e].status;
}

const char *err_code(enum err e)
{
    return rows[e].code;
}

const char *err_title(enum err e)
{
    return rows[e].title;
}

bool err_parse(struct str code, enum err *out)
{
    for (int e = 0; e < E_COUNT; e++) {
        if (str_eq(code, str_of(rows[e].code))) {
            *out = (enum err)e;
            return true;
        }
    }
    return false;
}
