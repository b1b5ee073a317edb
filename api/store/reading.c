#include "api/store/reading.h"

#include "api/store/access.h"

static enum err count(struct db *db, enum query q, int64_t group, int64_t user,
                      int64_t read_seq, int64_t *out)
{
    struct stmt *s = db_stmt(db, q);
    bind_int(s, ":group", group);
    bind_int(s, ":user", user);
    bind_int(s, ":read_seq", read_seq);
    *out = stmt_row(s) ? col_int(s, 0) : 0;
    return stmt_end(s);
}

enum err reading_count(struct db *db, int64_t group, int64_t user, int64_t read_seq,
                       struct reading *out)
{
    out->read_seq = read_seq;
    enum err e =
        count(db, QUERY_read_count_unread, group, user, read_seq, &out->unread);
    if (e == E_OK) {
        e = count(db, QUERY_read_count_mentions, group, user, read_seq, &out->mentions);
    }
    return e;
}

void reading_write(struct json_writer *w, const struct reading *r)
{
    json_member_int(w, "read_seq", r->read_seq);
    json_member_int(w, "unread", r->unread);
    json_member_int(w, "mentions", r->mentions);
}

static void notify(struct tx *tx, int64_t user, int64_t group, const struct reading *r)
{
    struct buf data = BUF_INIT(256);
    struct json_writer w;
    json_begin(&w, &data);
    json_object_begin(&w);
    json_member_str(&w, "type", STR("read.moved"));
    json_member_id(&w, "group", group);
    reading_write(&w, r);
    json_object_end(&w);
    tx_notify_user(tx, user, buf_view(&data));
    buf_finish(&data);
}

enum err reading_move(struct tx *tx, const struct caller *who, int64_t group,
                      int64_t seq, struct reading *out)
{
    struct access a;
    enum err e = access_require(tx->db, who, group, ACCESS_MEMBER, tx->now_ms, &a);
    if (e != E_OK) {
        return e;
    }
    int64_t target = seq < a.head ? seq : a.head;
    if (target <= a.read_seq) {
        return reading_count(tx->db, group, who->user, a.read_seq, out);
    }
    struct stmt *s = db_stmt(tx->db, QUERY_read_move);
    bind_int(s, ":group", group);
    bind_int(s, ":user", who->user);
    bind_int(s, ":seq", target);
    e = stmt_run(s);
    if (e == E_OK) {
        e = reading_count(tx->db, group, who->user, target, out);
    }
    if (e == E_OK) {
        notify(tx, who->user, group, out);
    }
    return e;
}
