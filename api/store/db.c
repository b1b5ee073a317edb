#include "api/store/db.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "api/store/migrate.h"
#include "lib/log.h"
#include "lib/mem.h"
#include "lib/wire.h"

struct stmt {
    sqlite3_stmt *handle; /* NULL until first used, or when it could not be prepared */
    struct db *db;
    int rc; /* of the last step; sticky once it is an error */
};

struct db {
    sqlite3 *handle;
    char epoch[WIRE_WORD_SIZE];
    int wal_pages;
    struct stmt stmts[QUERY_COUNT];
};

static const struct {
    const char *name;
    const char *sql;
} queries[QUERY_COUNT] = {

#define QUERY(name, text) [QUERY_##name] = {#name, text},
#include "sql/queries.inc"
#undef QUERY
};

static enum err failed(struct db *db, const char *what)
{
    log_error("database.failed", "what=%s code=%d text=\"%s\"", what,
              sqlite3_extended_errcode(db->handle), sqlite3_errmsg(db->handle));
    return E_UNAVAILABLE;
}

enum err db_exec(struct db *db, const char *sql)
{
    if (sqlite3_exec(db->handle, sql, NULL, NULL, NULL) != SQLITE_OK) {
        return failed(db, "exec");
    }
    return E_OK;
}

bool db_in_transaction(struct db *db)
{
    return sqlite3_get_autocommit(db->handle) == 0;
}

/* ---- Opening ---- */

static int count_wal(void *arg, sqlite3 *handle, const char *name, int pages)
{
    struct db *db = arg;
    (void)handle;
    (void)name;
    db->wal_pages = pages;
    return SQLITE_OK;
}

static enum err configure(struct db *db, enum db_mode mode)
{
    sqlite3_busy_timeout(db->handle, 5000);
    sqlite3_extended_result_codes(db->handle, 1);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, mode == DB_READER,
                      NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_wal_hook(db->handle, count_wal, db);
    enum err e = db_exec(db, "PRAGMA journal_mode = WAL;"
                             "PRAGMA synchronous = FULL;"
                             "PRAGMA wal_autocheckpoint = 0;"
                             "PRAGMA foreign_keys = ON;"
                             "PRAGMA temp_store = MEMORY;");
    if (e != E_OK) {
        return e;
    }
    sqlite3_wal_hook(db->handle, count_wal, db); /* the pragma above took it away */
    return db_exec(db, mode == DB_READER
                           ? "PRAGMA query_only = ON; PRAGMA cache_size = -512"
                           : "PRAGMA cache_size = -8192");
}

static enum err read_epoch(struct db *db)
{
    struct stmt *s = db_stmt(db, QUERY_meta_get);
    bind_str(s, ":name", STR("epoch"));
    if (stmt_row(s)) {
        struct str word = col_view(s, 0);
        snprintf(db->epoch, sizeof(db->epoch), "%.*s", STR_ARGS(word));
    }
    enum err e = stmt_end(s);
    return e != E_OK ? e : db->epoch[0] != '\0' ? E_OK : E_UNAVAILABLE;
}

static enum err prepare_all(struct db *db)
{
    for (int q = 0; q < QUERY_COUNT; q++) {
        enum err e = stmt_end(db_stmt(db, (enum query)q));
        if (e != E_OK) {
            return e;
        }
    }
    return E_OK;
}

enum err db_open(struct db **out, const char *path, enum db_mode mode)
{
    struct db *db = mem_alloc(sizeof(*db));
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE |
                (mode == DB_WRITER ? SQLITE_OPEN_CREATE : 0);
    enum err e = E_OK;
    if (sqlite3_open_v2(path, &db->handle, flags, NULL) != SQLITE_OK) {
        e = failed(db, "open");
        goto out;
    }
    e = configure(db, mode);
    if (e == E_OK && mode == DB_WRITER) {
        e = db_migrate(db);
    }
    if (e == E_OK) {
        e = read_epoch(db);
    }
    if (e == E_OK && mode == DB_WRITER) {
        e = prepare_all(db);
    }
out:
    if (e != E_OK) {
        db_close(db);
        db = NULL;
    }
    *out = db;
    return e;
}

void db_close(struct db *db)
{
    if (db == NULL) {
        return;
    }
    for (int q = 0; q < QUERY_COUNT; q++) {
        sqlite3_finalize(db->stmts[q].handle);
    }
    sqlite3_close(db->handle);
    free(db);
}

const char *db_epoch(struct db *db)
{
    return db->epoch;
}

enum err db_begin_read(struct db *db)
{
    return db_exec(db, "BEGIN");
}

void db_end_read(struct db *db)
{
    if (db_in_transaction(db)) {
        enum err ignored = db_exec(db, "ROLLBACK");
        (void)ignored;
    }
}

/* ---- Statements ---- */

struct stmt *db_stmt(struct db *db, enum query q)
{
    struct stmt *s = &db->stmts[q];
    s->db = db;
    s->rc = SQLITE_OK;
    if (s->handle == NULL) {
        s->rc = sqlite3_prepare_v3(db->handle, queries[q].sql, -1,
                                   SQLITE_PREPARE_PERSISTENT, &s->handle, NULL);
        if (s->rc != SQLITE_OK) {
            log_error("query.refused", "query=%s text=\"%s\"", queries[q].name,
                      sqlite3_errmsg(db->handle));
        }
    } else {
        sqlite3_reset(s->handle);
        sqlite3_clear_bindings(s->handle);
    }
    return s;
}

static bool is_failed(const struct stmt *s)
{
    return s->rc != SQLITE_OK && s->rc != SQLITE_ROW && s->rc != SQLITE_DONE;
}

/* 0 when the statement has failed already. An unknown name is our own mistake. */
static int place(struct stmt *s, const char *name)
{
    if (is_failed(s)) {
        return 0;
    }
    int i = sqlite3_bind_parameter_index(s->handle, name);
    assert(i > 0);
    return i;
}

static void bound(struct stmt *s, int rc)
{
    if (rc != SQLITE_OK) {
        s->rc = rc;
    }
}

void bind_int(struct stmt *s, const char *name, int64_t v)
{
    int i = place(s, name);
    if (i > 0) {
        bound(s, sqlite3_bind_int64(s->handle, i, v));
    }
}

void bind_int_or_null(struct stmt *s, const char *name, int64_t v, bool is_null)
{
    if (!is_null) {
        bind_int(s, name, v);
    }
}

void bind_str(struct stmt *s, const char *name, struct str v)
{
    int i = place(s, name);
    if (i > 0 && v.ptr != NULL) {
        bound(s, sqlite3_bind_text64(s->handle, i, v.ptr, v.len, SQLITE_TRANSIENT,
                                     SQLITE_UTF8));
    }
}

void bind_blob(struct stmt *s, const char *name, const void *ptr, size_t len)
{
    int i = place(s, name);
    if (i > 0) {
        bound(s, sqlite3_bind_blob64(s->handle, i, ptr, len, SQLITE_TRANSIENT));
    }
}

bool stmt_row(struct stmt *s)
{
    if (is_failed(s) || s->rc == SQLITE_DONE) {
        return false;
    }
    s->rc = sqlite3_step(s->handle);
    return s->rc == SQLITE_ROW;
}

bool col_null(struct stmt *s, int i)
{
    return sqlite3_column_type(s->handle, i) == SQLITE_NULL;
}

int64_t col_int(struct stmt *s, int i)
{
    return sqlite3_column_int64(s->handle, i);
}

struct str col_view(struct stmt *s, int i)
{
    /* bytes after text: the order that SQLite asks for */
    const char *ptr = (const char *)sqlite3_column_blob(s->handle, i);
    size_t len = (size_t)sqlite3_column_bytes(s->handle, i);
    if (ptr == NULL) {
        return col_null(s, i) ? STR_NONE : STR("");
    }
    return (struct str){ptr, len};
}

struct str col_str(struct stmt *s, int i, struct arena *arena)
{
    struct str v = col_view(s, i);
    return v.ptr == NULL ? v : arena_str(arena, v);
}

enum err stmt_end(struct stmt *s)
{
    enum err e = E_OK;
    if (is_failed(s)) {
        if (s->rc == SQLITE_CONSTRAINT_UNIQUE ||
            s->rc == SQLITE_CONSTRAINT_PRIMARYKEY) {
            e = E_CONFLICT;
        } else {
            e = failed(s->db, queries[s - s->db->stmts].name);
        }
    }
    if (s->handle != NULL) {
        sqlite3_reset(s->handle);
    }
    s->rc = SQLITE_OK;
    return e;
}

enum err stmt_run(struct stmt *s)
{
    while (stmt_row(s)) {
    }
    return stmt_end(s);
}

int64_t db_changes(struct db *db)
{
    return sqlite3_changes64(db->handle);
}

/* ---- The write-ahead log ---- */

enum {
    WAL_CHECKPOINT_PAGES = 1000,
    WAL_TRUNCATE_PAGES = 16000, /* 64 MiB: readers have held it up for long */
};

void db_checkpoint(struct db *db, bool everything)
{
    if (!everything && db->wal_pages < WAL_CHECKPOINT_PAGES) {
        return;
    }
    int mode = everything || db->wal_pages > WAL_TRUNCATE_PAGES
                   ? SQLITE_CHECKPOINT_TRUNCATE
                   : SQLITE_CHECKPOINT_PASSIVE;
    int left = 0;
    int moved = 0;
    int rc = sqlite3_wal_checkpoint_v2(db->handle, NULL, mode, &left, &moved);
    if (rc != SQLITE_OK && rc != SQLITE_BUSY) {
        enum err ignored = failed(db, "checkpoint");
        (void)ignored;
    }
    if (left == moved) {
        db->wal_pages = 0;
    }
}
