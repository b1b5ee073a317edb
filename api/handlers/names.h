/* Fields that people are shown or known by: one rule for all of them. */
#ifndef MOOTHALL_API_HANDLERS_NAMES_H
#define MOOTHALL_API_HANDLERS_NAMES_H

#include "api/http.h"

enum { /* characters */
       USERNAME_MIN = 2,
       USERNAME_MAX = 32,
       DISPLAY_NAME_MAX = 64,
       PASSWORD_MIN = 8,
       PASSWORD_MAX = 256,
};

/* A name in one line: without the blanks around it, 1 to max characters, none of them a
 * control character or one that turns the direction of what follows. */
struct str field_name(struct fields *f, const char *name, enum field_need need,
                      size_t max);
/* The same for 0 to max characters in any number of lines. */
struct str field_text(struct fields *f, const char *name, size_t max);
/* [a-z0-9_]{2,32} */
struct str field_username(struct fields *f, enum field_need need);
/* 8 to 256 characters, any. */
struct str field_password(struct fields *f, enum field_need need);

/* The words of a User-Agent that name a session to its owner; ptr NULL: none. */
struct str session_label(struct request *rq);

#endif
