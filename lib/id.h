/* Ids of users, groups, sessions and invites: random integers of 62 bits inside, eleven
 * base-62 characters outside. One id has one spelling. */
#ifndef MOOTHALL_LIB_ID_H
#define MOOTHALL_LIB_ID_H

#include "lib/str.h"

enum { ID_LEN = 11, ID_SIZE = ID_LEN + 1 };

int64_t id_random(void); /* 1 … 2^62-1 */
void id_format(int64_t id, char out[ID_SIZE]);
/* False for anything id_format would not have written. */
must_check bool id_parse(struct str text, int64_t *out);

/* For log lines and formats: ID_TEXT(id).text lives to the end of the full expression. */
struct id_text {
    char text[ID_SIZE];
};
struct id_text id_text(int64_t id);
#define ID_TEXT(id) (id_text(id).text)

/* A random word of [0-9a-z], for epochs, boots, request ids. size counts the NUL. */
void id_random_word(char *out, size_t size);

#endif
