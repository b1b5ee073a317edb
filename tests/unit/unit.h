/* What every unit test begins with: cmocka behind the headers it asks for. */
#ifndef MOOTHALL_TESTS_UNIT_UNIT_H
#define MOOTHALL_TESTS_UNIT_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/str.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* Ends the test at the caller's line when the two texts differ. */
#define assert_str(got, want) assert_str_at((got), (want), __FILE__, __LINE__)

static inline void assert_str_at(struct str got, struct str want, const char *file,
                                 int line)
{
    if (!str_eq(got, want)) {
        print_error("\"%.*s\" is not \"%.*s\"\n", STR_ARGS(got), STR_ARGS(want));
        _fail(file, line);
    }
}

/* The same of a row in a table, which its text tells apart. */
#define assert_row(what, row) assert_row_at((what), #what, (row), __FILE__, __LINE__)

static inline void assert_row_at(bool is_so, const char *what, const char *row,
                                 const char *file, int line)
{
    if (!is_so) {
        print_error("%s: not so: %s\n", row != NULL ? row : "", what);
        _fail(file, line);
    }
}

#endif
