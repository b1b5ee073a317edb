/* A small database for tests of the store: Ana owns a public group, Bea is in it, Olaf is
 * not; each has a session. Files are made in a folder of their own. */
#ifndef MOOTHALL_TESTS_UNIT_SAMPLE_H
#define MOOTHALL_TESTS_UNIT_SAMPLE_H

#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    SAMPLE_GROUP = 7,
    SAMPLE_ANA = 1,
    SAMPLE_BEA = 2,
    SAMPLE_OLAF = 3,
    SAMPLE_SESSION = 10, /* + the user */
    SAMPLE_PATH_SIZE = 128,
};

/* An assert that any thread may use, where cmocka's may not. */
#define must(what)                                                                     \
    do {                                                                               \
        if (!(what)) {                                                                 \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #what);         \
            abort();                                                                   \
        }                                                                              \
    } while (0)

void sample_folder_make(void);
void sample_folder_remove(void);
void sample_path(char out[SAMPLE_PATH_SIZE], const char *name);

void sample_make(const char *path);
/* With its write-ahead log, as a kill would leave it. */
void sample_copy(const char *from, const char *to);
/* A connection of the test's own, past any shim. */
sqlite3 *sample_open(const char *path);
/* The first column of the first row, 0 without a row; text is bound if not NULL. */
int64_t sample_int(sqlite3 *db, const char *sql, const char *text);

#endif
