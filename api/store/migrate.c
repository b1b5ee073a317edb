#include "api/store/migrate.h"

#include <stdio.h>

#include "lib/id.h"
#include "lib/log.h"
#include "lib/wire.h"

static const struct {
    int number;
    const char *sql;
} migrations[] = {

#define MIGRATION(number, text) {number, text},
#include "sql/migrations.inc"
#undef MIGRATION
};

/* -1 when it cannot be read. */
static int64_t read_number(struct db *db, enum query q)
{
    struct stmt *s = db_stmt(db, q);
    int64_t number = stmt_row(s) ? col_int(s, 0) : -1;
    return stmt_end(s) == E_OK ? number : -1;
}

static enum err make_epoch(struct db *db)
{
    char word[WIRE_WORD_SIZE];
    id_random_word(word, sizeof(word));
    struct stmt *s = db_stmt(db, QUERY_meta_put_once);
    bind_str(s, ":name", STR("epoch"));
    bind_str(s, ":value", str_of(word));
    return stmt_run(s);
}

static enum err migrate_one(struct db *db, size_t i)
{
    char version[64];
    snprintf(version, sizeof(version), "PRAGMA user_version = %d",
             migrations[i].number);
    enum err e = db_exec(db, migrations[i].sql);
    if (e == E_OK) {
        e = make_epoch(db);
    }
    if (e == E_OK) {
        e = db_exec(db, version);
    }
    return e;
}

/* All that is missing in one transaction: a kill in between leaves the old schema. */
enum err db_migrate(struct db *db)
{
    enum err e = db_exec(db, "BEGIN IMMEDIATE");
    if (e != E_OK) {
        return e;
    }
    int64_t have = read_number(db, QUERY_meta_schema);
    bool foreign = have == 0 && read_number(db, QUERY_meta_table_count) != 0;
    size_t count = sizeof(migrations) / sizeof(migrations[0]);
    if (have < 0 || have > migrations[count - 1].number || foreign) {
        log_error("database.refused", "schema=%lld known=%d foreign=%d",
                  (long long)have, migrations[count - 1].number, foreign);
        e = E_UNAVAILABLE;
    }
    for (size_t i = 0; e == E_OK && i < count; i++) {
        if (migrations[i].number > have) {
            e = migrate_one(db, i);
        }
    }
    if (e == E_OK) {
        e = db_exec(db, "COMMIT");
    }
    if (db_in_transaction(db)) {
        enum err undone = db_exec(db, "ROLLBACK");
        e = e != E_OK ? e : undone;
    }
    return e;
}
