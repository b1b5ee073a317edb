#include "api/store/reaper.h"

#include <stdlib.h>

#include "api/store/sessions.h"
#include "lib/mem.h"

enum { ROWS_A_PIECE = 500 };

struct piece {
    struct job job;
    struct writer *writer;
    bool more;
};

/* Children before parents: foreign keys hold at every step. */
static const enum query order[] = {QUERY_reap_mentions, QUERY_reap_messages,
                                   QUERY_reap_events,   QUERY_reap_bans,
                                   QUERY_reap_uses,     QUERY_reap_invites};

static enum err reap_group(struct tx *tx, int64_t group)
{
    int64_t left = ROWS_A_PIECE;
    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        struct stmt *s = db_stmt(tx->db, order[i]);
        bind_int(s, ":group", group);
        bind_int(s, ":count", left);
        enum err e = stmt_run(s);
        if (e != E_OK) {
            return e;
        }
        left -= db_changes(tx->db);
        if (left <= 0) {
            return E_OK;
        }
    }
    struct stmt *s = db_stmt(tx->db, QUERY_reap_group);
    bind_int(s, ":group", group);
    return stmt_run(s);
}

static enum err run_piece(struct tx *tx, void *arg)
{
    struct piece *p = arg;
    struct stmt *s = db_stmt(tx->db, QUERY_reap_find);
    int64_t group = stmt_row(s) ? col_int(s, 0) : 0;
    enum err e = stmt_end(s);
    if (e != E_OK) {
        return e;
    }
    if (group != 0) {
        p->more = true;
        return reap_group(tx, group);
    }
    return sessions_purge(tx, ROWS_A_PIECE, &p->more);
}

static void submit(struct piece *p);

static void piece_done(struct job *job, enum err result)
{
    struct piece *p = job->arg;
    if (result == E_OK && p->more) {
        submit(p);
    } else {
        free(p);
    }
}

static void submit(struct piece *p)
{
    p->more = false;
    p->job = (struct job){.run = run_piece, .arg = p, .done = piece_done};
    if (!writer_submit(p->writer, &p->job)) {
        free(p);
    }
}

void reaper_kick(struct writer *w)
{
    struct piece *p = mem_alloc(sizeof(*p));
    p->writer = w;
    submit(p);
}
