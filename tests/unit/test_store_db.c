/* The adapter of SQLite: opening and migrating, statements, their errors. */
#include "tests/unit/unit.h"

#include <sqlite3.h>
#include <unistd.h>

#include "api/store/db.h"
#include "lib/arena.h"
#include "lib/crypto.h"

struct fixture {
    char folder[40];
    char path[64];
    struct arena *arena;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    snprintf(f->folder, sizeof(f->folder), "/tmp/moothall-db-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->path, sizeof(f->path), "%s/test.db", f->folder);
    f->arena = arena_create();
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < LENGTH(ends); i++) {
        char path[96];
        snprintf(path, sizeof(path), "%s%s", f->path, ends[i]);
        (void)unlink(path);
    }
    int rc = rmdir(f->folder);
    arena_destroy(f->arena);
    free(f);
    return rc;
}

static void run_sql(const struct fixture *f, const char *sql)
{
    sqlite3 *handle = NULL;
    assert_int_equal(sqlite3_open(f->path, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(handle), SQLITE_OK);
}

static struct db *open_db(const struct fixture *f, enum db_mode mode)
{
    struct db *db = NULL;
    assert_int_equal(db_open(&db, f->path, mode), E_OK);
    return db;
}

/* ---- Opening ---- */

static void an_empty_file_is_migrated(void **state)
{
    struct fixture *f = *state;
    run_sql(f, "");
    struct db *db = open_db(f, DB_WRITER); /* all queries fit, or it would not open */
    assert_int_equal(strlen(db_epoch(db)), 16);
    db_close(db);
}

static void the_epoch_outlives_the_process(void **state)
{
    struct fixture *f = *state;
    struct db *db = open_db(f, DB_WRITER);
    char epoch[32];
    snprintf(epoch, sizeof(epoch), "%s", db_epoch(db));
    db_close(db);
    db = open_db(f, DB_WRITER);
    assert_string_equal(db_epoch(db), epoch);
    struct db *reader = open_db(f, DB_READER);
    assert_string_equal(db_epoch(reader), epoch);
    db_close(reader);
    db_close(db);
}

static void a_newer_schema_is_refused_and_left_alone(void **state)
{
    struct fixture *f = *state;
    db_close(open_db(f, DB_WRITER));
    run_sql(f, "PRAGMA user_version = 9999; DELETE FROM meta; CREATE TABLE news (x)");
    struct db *db = NULL;
    assert_int_equal(db_open(&db, f->path, DB_WRITER), E_UNAVAILABLE);
    assert_null(db);
    run_sql(f, "DROP TABLE news");
}

static void what_is_no_database_is_refused(void **state)
{
    struct fixture *f = *state;
    struct db *db = NULL;
    FILE *file = fopen(f->path, "w");
    assert_non_null(file);
    for (int i = 0; i < 1000; i++) {
        fputs("this is not a database; ", file);
    }
    fclose(file);
    assert_int_equal(db_open(&db, f->path, DB_WRITER), E_UNAVAILABLE);
    assert_int_equal(db_open(&db, f->folder, DB_WRITER), E_UNAVAILABLE);
    assert_int_equal(db_open(&db, "/nonexistent/x.db", DB_WRITER), E_UNAVAILABLE);
}

/* Somebody else's database must not be filled with our tables. */
static void a_foreign_database_is_refused(void **state)
{
    struct fixture *f = *state;
    struct db *db = NULL;
    run_sql(f, "CREATE TABLE things (name TEXT)");
    assert_int_equal(db_open(&db, f->path, DB_WRITER), E_UNAVAILABLE);
    run_sql(f, "CREATE TABLE users (name TEXT)");
}

static void a_reader_makes_nothing_and_writes_nothing(void **state)
{
    struct fixture *f = *state;
    struct db *db = NULL;
    assert_int_equal(db_open(&db, f->path, DB_READER), E_UNAVAILABLE);
    assert_int_not_equal(access(f->path, F_OK), 0);
    db_close(open_db(f, DB_WRITER));
    db = open_db(f, DB_READER);
    assert_int_equal(db_exec(db, "DELETE FROM meta"), E_UNAVAILABLE);
    db_close(db);
}

/* ---- Statements ---- */

static enum err put(struct db *db, const char *name, struct str value)
{
    struct stmt *s = db_stmt(db, QUERY_meta_put);
    bind_str(s, ":name", str_of(name));
    bind_str(s, ":value", value);
    return stmt_run(s);
}

static struct str get(struct db *db, const char *name, struct arena *arena)
{
    struct str value = STR_NONE;
    struct stmt *s = db_stmt(db, QUERY_meta_get);
    bind_str(s, ":name", str_of(name));
    if (stmt_row(s)) {
        value = col_str(s, 0, arena);
    }
    assert_int_equal(stmt_end(s), E_OK);
    return value;
}

static void texts_come_back_byte_for_byte(void **state)
{
    static const struct str rows[] = {STR_INIT(""), STR_INIT("a"), STR_INIT("'\"; --"),
                                      STR_INIT("a\0b"),
                                      STR_INIT("\xc3\xa4\xf0\x9f\x98\x80")};
    struct fixture *f = *state;
    struct db *db = open_db(f, DB_WRITER);
    for (size_t i = 0; i < LENGTH(rows); i++) {
        assert_int_equal(put(db, "x", rows[i]), E_OK);
        struct str got = get(db, "x", f->arena);
        assert_non_null(got.ptr);
        assert_str(got, rows[i]);
        assert_int_equal(got.ptr[got.len], '\0');
    }
    assert_null(get(db, "y", f->arena).ptr);
    db_close(db);
}

static void a_taken_key_is_a_conflict(void **state)
{
    struct fixture *f = *state;
    struct db *db = open_db(f, DB_WRITER);
    for (int i = 0; i < 2; i++) {
        struct stmt *s = db_stmt(db, QUERY_user_insert);
        bind_int(s, ":id", 1 + i);
        bind_str(s, ":username", STR("ana"));
        bind_str(s, ":display_name", STR("Ana"));
        bind_str(s, ":kind", STR("member"));
        bind_str(s, ":password_hash", STR_NONE);
        bind_int(s, ":now", 1);
        assert_int_equal(stmt_run(s), i == 0 ? E_OK : E_CONFLICT);
    }
    db_close(db);
}

static void another_constraint_is_a_failure(void **state)
{
    struct fixture *f = *state;
    struct db *db = open_db(f, DB_WRITER);
    assert_int_equal(put(db, "x", STR_NONE), E_UNAVAILABLE); /* NOT NULL */
    assert_int_equal(put(db, "x", STR("1")), E_OK);          /* nothing sticks */
    db_close(db);
}

static void a_failed_statement_yields_no_rows(void **state)
{
    struct fixture *f = *state;
    struct db *db = open_db(f, DB_WRITER);
    assert_int_equal(db_exec(db, "DROP TABLE mentions; DROP TABLE meta"), E_OK);
    struct stmt *s = db_stmt(db, QUERY_meta_get);
    bind_str(s, ":name", STR("epoch"));
    assert_false(stmt_row(s));
    assert_false(stmt_row(s));
    assert_int_equal(stmt_end(s), E_UNAVAILABLE);
    db_close(db);
}

static void rows_end_once(void **state)
{
    struct fixture *f = *state;
    struct db *db = open_db(f, DB_WRITER);
    struct stmt *s = db_stmt(db, QUERY_meta_get);
    bind_str(s, ":name", STR("epoch"));
    assert_true(stmt_row(s));
    assert_false(col_null(s, 0));
    assert_str(col_view(s, 0), str_of(db_epoch(db)));
    assert_false(stmt_row(s));
    assert_false(stmt_row(s)); /* a step more would begin anew */
    assert_int_equal(stmt_end(s), E_OK);
    db_close(db);
}

static void reads_of_a_transaction_see_one_state(void **state)
{
    struct fixture *f = *state;
    struct db *writer = open_db(f, DB_WRITER);
    struct db *reader = open_db(f, DB_READER);
    assert_int_equal(put(writer, "x", STR("1")), E_OK);
    assert_int_equal(db_begin_read(reader), E_OK);
    assert_str(get(reader, "x", f->arena), STR("1"));
    assert_int_equal(put(writer, "x", STR("2")), E_OK);
    db_checkpoint(writer, false);
    assert_str(get(reader, "x", f->arena), STR("1"));
    db_end_read(reader);
    assert_false(db_in_transaction(reader));
    assert_str(get(reader, "x", f->arena), STR("2"));
    db_end_read(reader); /* without one: nothing */
    db_close(reader);
    db_close(writer);
}

static void a_checkpoint_empties_the_log(void **state)
{
    struct fixture *f = *state;
    struct db *db = open_db(f, DB_WRITER);
    assert_int_equal(put(db, "x", STR("1")), E_OK);
    db_checkpoint(db, true);
    char path[96];
    snprintf(path, sizeof(path), "%s-wal", f->path);
    FILE *wal = fopen(path, "r");
    assert_non_null(wal);
    assert_int_equal(fgetc(wal), EOF);
    fclose(wal);
    db_close(db);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    static const struct CMUnitTest tests[] = {
        TEST(an_empty_file_is_migrated),
        TEST(the_epoch_outlives_the_process),
        TEST(a_newer_schema_is_refused_and_left_alone),
        TEST(what_is_no_database_is_refused),
        TEST(a_foreign_database_is_refused),
        TEST(a_reader_makes_nothing_and_writes_nothing),
        TEST(texts_come_back_byte_for_byte),
        TEST(a_taken_key_is_a_conflict),
        TEST(another_constraint_is_a_failure),
        TEST(a_failed_statement_yields_no_rows),
        TEST(rows_end_once),
        TEST(reads_of_a_transaction_see_one_state),
        TEST(a_checkpoint_empties_the_log),
    };
    crypto_init();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
