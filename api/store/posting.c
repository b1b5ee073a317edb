#include "api/store/posting.h"

#include "api/store/access.h"
#include "api/store/events.h"
#include "api/store/mentions.h"
#include "api/store/sessions.h"

/* The session may have ended since the credential was looked at. */
static enum err check_session(struct tx *tx, const struct caller *who)
{
    bool stands = false;
    enum err e = sessions_stand(tx->db, who->session, who->user, tx->now_ms, &stands);
    return e != E_OK ? e : stands ? E_OK : E_UNAUTHORIZED;
}

static enum err check_slow_mode(struct tx *tx, const struct caller *who,
                                const struct access *a, struct posted *out)
{
    if (a->slow_mode_seconds == 0 || a->role >= ROLE_ADMIN) {
        return E_OK;
    }
    int64_t last = 0;
    struct stmt *s = db_stmt(tx->db, QUERY_message_last_posted);
    bind_int(s, ":group", a->group);
    bind_int(s, ":user", who->user);
    if (stmt_row(s)) {
        last = col_int(s, 0);
    }
    enum err e = stmt_end(s);
    int64_t wait_ms = last + a->slow_mode_seconds * 1000 - tx->now_ms;
    if (e == E_OK && last > 0 && wait_ms > 0) {
        out->retry_after = (wait_ms + 999) / 1000;
        return E_SLOW_MODE;
    }
    return e;
}

static enum err check_reply_to(struct tx *tx, const struct post *p, struct posted *out)
{
    if (p->reply_to == 0) {
        return E_OK;
    }
    struct message answered;
    enum err e = messages_get(tx->db, p->group, p->reply_to, tx->arena, &answered);
    if (e == E_NOT_FOUND) {
        out->refused = "reply_to";
        return E_BAD_REQUEST;
    }
    return e;
}

static enum err insert_message(struct tx *tx, const struct caller *who,
                               const struct post *p, int64_t seq)
{
    struct stmt *s = db_stmt(tx->db, QUERY_message_insert);
    bind_int(s, ":group", p->group);
    bind_int(s, ":seq", seq);
    bind_int(s, ":author", who->user);
    bind_str(s, ":body", p->body);
    bind_str(s, ":client_id", p->client_id);
    bind_int_or_null(s, ":reply_to", p->reply_to, p->reply_to == 0);
    bind_int(s, ":now", tx->now_ms);
    return stmt_run(s);
}

static enum err move_author(struct tx *tx, const struct caller *who, int64_t group,
                            int64_t seq)
{
    struct stmt *s = db_stmt(tx->db, QUERY_message_posted);
    bind_int(s, ":group", group);
    bind_int(s, ":user", who->user);
    bind_int(s, ":seq", seq);
    bind_int(s, ":now", tx->now_ms);
    return stmt_run(s);
}

static enum err add_message(struct tx *tx, const struct caller *who,
                            const struct access *a, const struct post *p,
                            struct posted *out)
{
    int64_t seq = 0;
    enum err e = events_next_seq(tx, p->group, &seq);
    if (e == E_OK) {
        e = insert_message(tx, who, p, seq);
    }
    if (e == E_OK) {
        e = events_append(tx, &(struct event_new){.group = p->group,
                                                  .seq = seq,
                                                  .type = EVENT_MESSAGE_CREATED,
                                                  .actor = who->user,
                                                  .message_seq = seq});
    }
    if (e == E_OK) {
        e = move_author(tx, who, p->group, seq);
    }
    if (e == E_OK) {
        e = mentions_add(tx, a, who->user, seq, p->body);
    }
    out->is_new = true;
    return e != E_OK ? e
                     : messages_get(tx->db, p->group, seq, tx->arena, &out->message);
}

enum err posting_post(struct tx *tx, const struct caller *who, const struct post *p,
                      struct posted *out)
{
    struct access a;
    bool found = false;
    *out = (struct posted){.is_new = false};
    enum err e = check_session(tx, who);
    if (e == E_OK) {
        e = access_require(tx->db, who, p->group, ACCESS_MEMBER, tx->now_ms, &a);
    }
    /* Before the checks that may have changed their mind since: the sender who asks again
     * learns what became of the first try. */
    if (e == E_OK && p->client_id.ptr != NULL) {
        e = messages_by_client_id(tx->db, p->group, who->user, p->client_id, tx->arena,
                                  &out->message, &found);
    }
    if (e != E_OK || found) {
        return e;
    }
    e = access_check(&a, ACCESS_POST, tx->now_ms);
    if (e == E_OK) {
        e = check_slow_mode(tx, who, &a, out);
    }
    if (e == E_OK) {
        e = check_reply_to(tx, p, out);
    }
    return e != E_OK ? e : add_message(tx, who, &a, p, out);
}
