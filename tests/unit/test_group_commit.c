/* Group commit under errors. A batch of good, refused and failing jobs is run again and
 * again, each time with another write, fsync or allocation of SQLite failing, until a run
 * goes through untouched. Each time it must hold: no result leaves before COMMIT returned
 * OK, and what is in the file afterwards is what the results say, whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <semaphore.h>

#include "api/store/posting.h"
#include "lib/crypto.h"
#include "lib/log.h"
#include "tests/shim/fail_sqlite.h"
#include "tests/unit/sample.h"

enum { GROUP = SAMPLE_GROUP, JOBS = 12, BODY = 7000 };

static char path_template[SAMPLE_PATH_SIZE];
static char path_live[SAMPLE_PATH_SIZE];
static char path_crashed[SAMPLE_PATH_SIZE];

/* ---- The batch ---- */

struct run;

struct member {
    struct job job;
    struct run *run;
    struct caller who;
    struct post post;
    struct posted posted;
    char client_id[16];
    enum err wanted; /* without a fault */
    enum err result;
};

struct run {
    enum fail_kind kind;
    int n;
    bool forever;
    struct member jobs[JOBS];
    size_t done;
    sem_t all_done;
    int64_t announced[JOBS + 2]; /* seqs, in order */
    size_t announced_len;
    bool is_happened;
    bool is_committed;
    struct writer *writer;
    sqlite3 *reader; /* what somebody else sees when the first result is out */
};

static enum err post(struct tx *tx, void *arg)
{
    struct member *m = arg;
    return posting_post(tx, &m->who, &m->post, &m->posted);
}

/* Does all of a post, and is refused then. */
static enum err post_and_refuse(struct tx *tx, void *arg)
{
    enum err e = post(tx, arg);
    return e != E_OK ? e : E_CONFLICT;
}

/* Does half of a post, then hits a constraint. */
static enum err post_half(struct tx *tx, void *arg)
{
    enum err e = post(tx, arg);
    if (e != E_OK) {
        return e;
    }
    struct stmt *s = db_stmt(tx->db, QUERY_message_insert);
    const struct member *m = arg;
    bind_int(s, ":group", GROUP);
    bind_int(s, ":seq", m->posted.message.seq);
    bind_int(s, ":author", SAMPLE_ANA);
    bind_str(s, ":body", STR("the seq is taken"));
    bind_int(s, ":now", 1);
    return stmt_run(s);
}

static int64_t seq_of(sqlite3 *db, const char *client_id)
{
    return sample_int(db, "SELECT seq FROM messages WHERE client_id = ?", client_id);
}

static void job_done(struct job *job, enum err result)
{
    struct member *m = (struct member *)job;
    struct run *r = m->run;
    if (r->done == 0) { /* the batch is over: what follows is ours */
        r->is_happened = fail_happened();
        r->is_committed = writer_is_healthy(r->writer);
        fail_disarm();
    }
    m->result = result;
    if (result == E_OK) { /* durable, and there for all to see */
        must(!fail_wal_is_dirty());
        must(seq_of(r->reader, m->client_id) == m->posted.message.seq);
    }
    if (++r->done == JOBS) {
        sample_copy(path_live, path_crashed); /* as kill -9 would leave it */
        sem_post(&r->all_done);
    }
}

static void committed(void *arg, struct announcement *list)
{
    struct run *r = arg;
    while (list != NULL) {
        struct announcement *next = list->next;
        if (list->kind == ANNOUNCE_GROUP) {
            must(r->announced_len < JOBS + 2);
            r->announced[r->announced_len++] = list->seq;
        }
        announcement_free(list);
        list = next;
    }
}

/* Holds the writer until the whole batch waits behind it, then arms the fault. */
struct gate {
    struct job job;
    struct run *run;
    sem_t running;
    sem_t open;
};

static enum err gate_run(struct tx *tx, void *arg)
{
    struct gate *g = arg;
    sem_post(&g->running);
    while (sem_wait(&g->open) != 0) {
    }
    /* A small cache, so that pages are written in the midst of the batch as well. */
    return db_exec(tx->db, "PRAGMA cache_size = 10");
}

static void gate_done(struct job *job, enum err result)
{
    struct gate *g = (struct gate *)job;
    must(result == E_OK);
    fail_arm(g->run->kind, g->run->n, g->run->forever);
}

static void fill_jobs(struct run *r)
{
    static char body[BODY];
    memset(body, 'b', sizeof(body));
    for (int i = 0; i < JOBS; i++) {
        struct member *m = &r->jobs[i];
        snprintf(m->client_id, sizeof(m->client_id), "job-%d", i);
        m->run = r;
        m->who =
            (struct caller){.user = SAMPLE_ANA, .session = SAMPLE_SESSION + SAMPLE_ANA};
        m->post = (struct post){.group = GROUP,
                                .body = STR("hello @bea"),
                                .client_id = str_of(m->client_id)};
        m->job = (struct job){
            .run = post, .arg = m, .arena = arena_create(), .done = job_done};
        switch (i % 6) {
        case 1:
            m->who = (struct caller){.user = SAMPLE_OLAF,
                                     .session = SAMPLE_SESSION + SAMPLE_OLAF};
            m->wanted = E_FORBIDDEN;
            break;
        case 2:
            m->post.body = (struct str){body, sizeof(body)};
            break;
        case 3:
            m->job.run = post_and_refuse;
            m->wanted = E_CONFLICT;
            break;
        case 4:
            m->job.run = post_half;
            m->wanted = E_CONFLICT;
            break;
        case 5:
            m->post.reply_to = 4711;
            m->wanted = E_BAD_REQUEST;
            break;
        default:
            break;
        }
    }
}

/* ---- What must hold afterwards ---- */

/* Whole: no matter what the results were. */
static void check_whole(sqlite3 *db)
{
    assert_int_equal(sample_int(db,
                                "SELECT COUNT(*) FROM pragma_integrity_check"
                                " WHERE integrity_check <> 'ok'",
                                NULL),
                     0);
    assert_int_equal(
        sample_int(db, "SELECT COUNT(*) FROM pragma_foreign_key_check", NULL), 0);
    int64_t head = sample_int(db, "SELECT head FROM groups WHERE id = 7", NULL);
    assert_int_equal(sample_int(db, "SELECT COUNT(*) FROM events", NULL), head);
    assert_int_equal(sample_int(db, "SELECT MAX(seq) FROM events", NULL), head);
    assert_int_equal(sample_int(db,
                                "SELECT COUNT(*) FROM messages m JOIN events e"
                                " ON e.group_id = m.group_id AND e.seq = m.seq"
                                " AND e.message_seq = m.seq",
                                NULL),
                     head);
    assert_int_equal(
        sample_int(db, "SELECT COUNT(*) FROM messages WHERE body LIKE '%@bea'", NULL),
        sample_int(db, "SELECT COUNT(*) FROM mentions WHERE user_id = 2", NULL));
    assert_int_equal(
        sample_int(db, "SELECT read_seq FROM memberships WHERE user_id = 1", NULL),
        head);
}

static void check_results(sqlite3 *db, const struct run *r)
{
    size_t kept = 0;
    size_t good = 0;
    bool is_any_ok = false;
    for (size_t i = 0; i < JOBS; i++) {
        const struct member *m = &r->jobs[i];
        int64_t seq = seq_of(db, m->client_id);
        /* A refusal, too, may rest on what another job did and COMMIT then undid. */
        assert_true((r->is_committed && m->result == m->wanted) ||
                    m->result == E_UNAVAILABLE);
        is_any_ok = is_any_ok || m->result == E_OK;
        good += m->wanted == E_OK;
        kept += m->wanted == E_OK && seq > 0;
        if (m->result == E_OK) {
            assert_int_equal(seq, m->posted.message.seq);
        } else if (m->wanted != E_OK) {
            assert_int_equal(seq, 0);
        }
    }
    if (!r->is_committed) { /* the outcome is unknown, but it is one outcome */
        assert_false(is_any_ok);
        assert_true(kept == 0 || kept == good);
    }
}

/* What was announced is what was kept and said to be, in order. */
static void check_announced(const struct run *r)
{
    size_t at = 0;
    for (size_t i = 0; i < JOBS; i++) {
        if (r->jobs[i].result == E_OK) {
            assert_true(at < r->announced_len);
            assert_int_equal(r->announced[at], r->jobs[i].posted.message.seq);
            at++;
        }
    }
    assert_int_equal(at, r->announced_len);
}

static void check_file(const char *path, const struct run *r)
{
    sqlite3 *db = sample_open(path);
    check_whole(db);
    check_results(db, r);
    sqlite3_close(db);
}

/* The fault is over: the next posts go through; the first one may still clear up. */
static void check_recovers(struct writer *w, struct run *r)
{
    struct member *m = &r->jobs[0];
    struct arena *arena = arena_create();
    struct post again = m->post;
    again.client_id = STR("after");
    enum err e = E_UNAVAILABLE;
    for (int i = 0; i < 2 && e != E_OK; i++) {
        struct member next = {.who = m->who, .post = again};
        e = writer_run(w, post, &next, arena);
    }
    assert_int_equal(e, E_OK);
    assert_true(writer_is_healthy(w));
    arena_destroy(arena);
}

/* One run; whether the fault happened, or the batch was over before its turn. */
static bool run_once(enum fail_kind kind, int n, bool forever, bool in_checkpoint)
{
    struct run *r = calloc(1, sizeof(*r));
    struct writer *w = NULL;
    struct gate gate = {.run = r};
    r->kind = in_checkpoint ? FAIL_NOTHING : kind;
    r->n = n;
    r->forever = forever;
    sem_init(&r->all_done, 0, 0);
    sem_init(&gate.running, 0, 0);
    sem_init(&gate.open, 0, 0);
    sample_copy(path_template, path_live);
    struct writer_options options = {
        .database = path_live, .bound = 64, .committed = committed, .arg = r};
    assert_int_equal(writer_start(&w, &options), E_OK);
    r->writer = w;
    r->reader = sample_open(path_live);
    fill_jobs(r);
    gate.job =
        (struct job){.run = gate_run, .arg = &gate, .arena = NULL, .done = gate_done};
    assert_true(writer_submit(w, &gate.job));
    while (sem_wait(&gate.running) != 0) {
    }
    for (int i = 0; i < JOBS; i++) {
        assert_true(writer_submit(w, &r->jobs[i].job));
    }
    sem_post(&gate.open);
    while (sem_wait(&r->all_done) != 0) {
    }
    check_announced(r);
    check_file(path_crashed, r);
    check_recovers(w, r);
    sqlite3_close(r->reader);
    if (in_checkpoint) {
        fail_arm(kind, n, forever);
    }
    writer_stop(w);
    bool happened = in_checkpoint ? fail_happened() : r->is_happened;
    fail_disarm();
    check_file(path_live, r);
    for (int i = 0; i < JOBS; i++) {
        arena_destroy(r->jobs[i].job.arena);
    }
    sem_destroy(&r->all_done);
    sem_destroy(&gate.running);
    sem_destroy(&gate.open);
    free(r);
    return happened;
}

static void run_until_untouched(enum fail_kind kind, bool forever, bool in_checkpoint,
                                int least)
{
    int n = 1;
    while (run_once(kind, n, forever, in_checkpoint)) {
        n++;
    }
    print_message("%d faults\n", n - 1);
    assert_true(n > least); /* the shim sees what SQLite does */
}

static void nothing_fails(void **state)
{
    (void)state;
    assert_false(run_once(FAIL_NOTHING, 1, false, false));
}

static void a_write_fails(void **state)
{
    (void)state;
    run_until_untouched(FAIL_WRITE, false, false, 10);
}

static void all_writes_fail_from_one_on(void **state)
{
    (void)state;
    run_until_untouched(FAIL_WRITE, true, false, 10);
}

static void the_disk_is_full_once(void **state)
{
    (void)state;
    run_until_untouched(FAIL_FULL, false, false, 10);
}

static void the_disk_stays_full(void **state)
{
    (void)state;
    run_until_untouched(FAIL_FULL, true, false, 10);
}

static void an_fsync_fails(void **state)
{
    (void)state;
    run_until_untouched(FAIL_SYNC, false, false, 1);
    run_until_untouched(FAIL_SYNC, true, false, 1);
}

static void an_allocation_fails(void **state)
{
    (void)state;
    run_until_untouched(FAIL_ALLOC, false, false, 50);
}

static void all_allocations_fail_from_one_on(void **state)
{
    (void)state;
    run_until_untouched(FAIL_ALLOC, true, false, 50);
}

static void the_checkpoint_fails(void **state)
{
    (void)state;
    run_until_untouched(FAIL_WRITE, true, true, 2);
    run_until_untouched(FAIL_SYNC, true, true, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_fails),
        cmocka_unit_test(a_write_fails),
        cmocka_unit_test(all_writes_fail_from_one_on),
        cmocka_unit_test(the_disk_is_full_once),
        cmocka_unit_test(the_disk_stays_full),
        cmocka_unit_test(an_fsync_fails),
        cmocka_unit_test(an_allocation_fails),
        cmocka_unit_test(all_allocations_fail_from_one_on),
        cmocka_unit_test(the_checkpoint_fails),
    };
    fail_install();
    crypto_init();
    log_set_level(LOG_ERROR);
    sample_folder_make();
    sample_path(path_template, "template.db");
    sample_path(path_live, "live.db");
    sample_path(path_crashed, "crashed.db");
    sample_make(path_template);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    sample_folder_remove();
    return failed;
}
