/* What can go wrong, as one small enum. 0 is E_OK. The detail is logged where it is
 * noticed; callers only pass the code on. */
#ifndef MOOTHALL_LIB_ERR_H
#define MOOTHALL_LIB_ERR_H

#include "lib/str.h"

enum err {
    E_OK = 0,

#define ERR(name, status, code, title) E_##name,
#include "lib/err.def"
#undef ERR
    E_COUNT
};

int err_status(enum err e);       /* HTTP status, 200 for E_OK */
const char *err_code(enum err e); /* "not_found"; "ok" for E_OK */
const char *err_title(enum err e);
must_check bool err_parse(struct str code, enum err *out); /* "ok" included */

#endif
