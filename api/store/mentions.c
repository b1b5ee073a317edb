#include "api/store/mentions.h"

#include "lib/json.h"

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '_';
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool mentions_next(struct str *rest, char name[MENTION_NAME_MAX + 1])
{
    bool in_word = false; /* mail@example is no mention */
    while (rest->len > 0) {
        char c = rest->ptr[0];
        rest->ptr++;
        rest->len--;
        if (c != '@' || in_word) {
            in_word = is_name_char(c);
            continue;
        }
        size_t len = 0;
        while (len < rest->len && is_name_char(rest->ptr[len])) {
            len++;
        }
        if (len >= 2 && len <= MENTION_NAME_MAX) {
            for (size_t i = 0; i < len; i++) {
                name[i] = lower(rest->ptr[i]);
            }
            name[len] = '\0';
            rest->ptr += len;
            rest->len -= len;
            return true;
        }
    }
    return false;
}

static void notify(struct tx *tx, int64_t user, int64_t group, int64_t seq)
{
    struct buf data = BUF_INIT(256);
    struct json_writer w;
    json_begin(&w, &data);
    json_object_begin(&w);
    json_member_str(&w, "type", STR("mention"));
    json_member_id(&w, "group", group);
    json_member_int(&w, "seq", seq);
    json_object_end(&w);
    tx_notify_user(tx, user, buf_view(&data));
    buf_finish(&data);
}

static enum err insert(struct tx *tx, int64_t group, int64_t user, int64_t seq)
{
    struct stmt *s = db_stmt(tx->db, QUERY_mention_insert);
    bind_int(s, ":group", group);
    bind_int(s, ":user", user);
    bind_int(s, ":seq", seq);
    return stmt_run(s);
}

static enum err add_one(struct tx *tx, int64_t group, int64_t author, int64_t seq,
                        const char *name)
{
    int64_t user = 0;
    struct stmt *s = db_stmt(tx->db, QUERY_mention_find);
    bind_int(s, ":group", group);
    bind_str(s, ":username", str_of(name));
    if (stmt_row(s)) {
        user = col_int(s, 0);
    }
    enum err e = stmt_end(s);
    if (e != E_OK || user == 0 || user == author) {
        return e;
    }
    e = insert(tx, group, user, seq);
    if (e == E_OK && db_changes(tx->db) > 0) {
        notify(tx, user, group, seq);
    }
    return e;
}

static enum err add_everybody(struct tx *tx, int64_t group, int64_t author, int64_t seq)
{
    int notices = 0;
    enum err e = E_OK;
    struct stmt *s = db_stmt(tx->db, QUERY_mention_everybody);
    bind_int(s, ":group", group);
    while (e == E_OK && stmt_row(s)) {
        int64_t user = col_int(s, 0);
        if (user == author) {
            continue;
        }
        e = insert(tx, group, user, seq);
        if (e == E_OK && notices < MENTIONS_NOTICES_MAX) {
            notify(tx, user, group, seq);
            notices++;
        }
    }
    enum err ended = stmt_end(s);
    return e != E_OK ? e : ended;
}

enum err mentions_add(struct tx *tx, const struct access *author_access, int64_t author,
                      int64_t seq, struct str body)
{
    char name[MENTION_NAME_MAX + 1];
    enum err e = E_OK;
    for (int i = 0; i < MENTIONS_MAX && e == E_OK && mentions_next(&body, name); i++) {
        if (strcmp(name, "all") == 0 && author_access->role >= ROLE_ADMIN) {
            e = add_everybody(tx, author_access->group, author, seq);
        } else {
            e = add_one(tx, author_access->group, author, seq, name);
        }
    }
    return e;
}
