/* Every query fits the migrated schema, and none walks through a whole table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "api/store/db.h"
#include "lib/crypto.h"

static const struct {
    const char *name;
    const char *sql;
} queries[] = {

#define QUERY(name, text) {#name, text},
#include "sql/queries.inc"
#undef QUERY
};

/* Walks through a bounded number of rows. query NULL: any. */
static const struct {
    const char *query;
    const char *detail;
} bounded[] = {
    {NULL, "SCAN CONSTANT ROW"},
    {NULL, "SCAN counted"},         /* subqueries that end at 100 rows … */
    {NULL, "SCAN (subquery-1)"},    /* … with a name or without */
    {"groups_mine", "SCAN places"}, /* the groups of one person */
    {"groups_mine", "SCAN recents"},
    {"groups_mine", "SCAN page"},
    {"user_have_admin", "SCAN users USING INDEX users_admins"}, /* its first row */
    {"links_delete_of_user", "SCAN links"}, /* a link lasts for a day at most */
    {"links_purge", "SCAN links"},
    {"meta_schema", "SCAN pragma_user_version VIRTUAL TABLE INDEX 0:"},
    {"meta_table_count", "SCAN sqlite_master"}, /* at start; a few dozen rows */
    {"meta_table_count", "SCAN sqlite_schema"},
};

struct fixture {
    char directory[64];
    char path[96];
    struct db *db;
    sqlite3 *handle;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    snprintf(f->directory, sizeof(f->directory), "/tmp/moothall-queries-XXXXXX");
    assert_non_null(mkdtemp(f->directory));
    snprintf(f->path, sizeof(f->path), "%s/test.db", f->directory);
    assert_int_equal(db_open(&f->db, f->path, DB_WRITER), E_OK);
    assert_int_equal(sqlite3_open(f->path, &f->handle), SQLITE_OK);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    sqlite3_close(f->handle);
    db_close(f->db);
    unlink(f->path);
    rmdir(f->directory);
    free(f);
    return 0;
}

static bool is_bounded(const char *query, const char *detail)
{
    for (size_t i = 0; i < sizeof(bounded) / sizeof(bounded[0]); i++) {
        if ((bounded[i].query == NULL || strcmp(bounded[i].query, query) == 0) &&
            strcmp(bounded[i].detail, detail) == 0) {
            return true;
        }
    }
    return false;
}

static int count_walks(sqlite3 *handle, const char *name, const char *sql)
{
    char *explain = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", sql);
    sqlite3_stmt *s = NULL;
    assert_int_equal(sqlite3_prepare_v2(handle, explain, -1, &s, NULL), SQLITE_OK);
    int walks = 0;
    while (sqlite3_step(s) == SQLITE_ROW) {
        const char *detail = (const char *)sqlite3_column_text(s, 3);
        if (strncmp(detail, "SCAN", 4) == 0 && !is_bounded(name, detail)) {
            print_error("%s: %s\n", name, detail);
            walks++;
        }
    }
    sqlite3_finalize(s);
    sqlite3_free(explain);
    return walks;
}

static void no_query_walks_through_a_table(void **state)
{
    struct fixture *f = *state;
    int walks = 0;
    for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
        walks += count_walks(f->handle, queries[i].name, queries[i].sql);
    }
    assert_int_equal(walks, 0);
}

/* What stands behind a query's first statement would never be run. */
static void every_query_is_one_statement(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
        sqlite3_stmt *s = NULL;
        sqlite3_stmt *more = NULL;
        const char *rest = NULL;
        assert_int_equal(sqlite3_prepare_v2(f->handle, queries[i].sql, -1, &s, &rest),
                         SQLITE_OK);
        assert_non_null(s);
        assert_int_equal(sqlite3_prepare_v2(f->handle, rest, -1, &more, NULL),
                         SQLITE_OK);
        if (more != NULL) {
            print_error("%s is more than one statement\n", queries[i].name);
        }
        assert_null(more);
        sqlite3_finalize(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_query_walks_through_a_table),
        cmocka_unit_test(every_query_is_one_statement),
    };
    crypto_init();
    return cmocka_run_group_tests_name("queries", tests, set_up, tear_down);
}
