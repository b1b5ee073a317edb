#include "api/handlers/users.h"

#include "api/handlers/names.h"
#include "api/handlers/transact.h"
#include "api/hasher.h"
#include "api/store/invite_code.h"
#include "api/store/invites.h"

struct signup {
    struct user_new user;
    struct str label;
    int64_t invite; /* that proves one may sign up; 0: none is needed */
    struct user made;
    char token[SESSION_TOKEN_SIZE];
};

static enum err sign_up(struct tx *tx, void *arg)
{
    struct signup *s = arg;
    enum err e = E_OK;
    if (s->invite != 0) {
        struct invite i;
        e = invites_load(tx->db, s->invite, tx->arena, &i);
        e = e == E_OK ? invite_check(&i, tx->now_ms) : e;
    }
    if (e == E_OK) {
        e = users_make(tx, &s->user, &s->made);
    }
    return e == E_OK ? sessions_make(tx, s->made.id, s->label, s->token) : e;
}

/* May anyone sign up, or only whoever holds a live invite? It is not used up by this. */
static enum err check_registration(struct request *rq, struct str code, int64_t *invite)
{
    const char *registration = rq->app->settings->registration;
    *invite = 0;
    if (strcmp(registration, "open") == 0) {
        return E_OK;
    }
    if (strcmp(registration, "invite") != 0 || code.ptr == NULL) {
        return E_REGISTRATION_CLOSED;
    }
    return invite_code_parse(rq->app->invite_key, code, invite) ? E_OK : E_NOT_FOUND;
}

/* Before the costly hash; the writer asks again. */
static enum err check_name(struct request *rq, struct str username)
{
    struct user taken;
    enum err e = users_load_by_name(rq->db, username, rq->arena, &taken);
    return e == E_OK ? E_NAME_TAKEN : e == E_NOT_FOUND ? E_OK : e;
}

enum err users_post(struct request *rq, struct response *rs)
{
    struct signup s = {.user = {.kind = USER_MEMBER}};
    char hash[CRYPTO_PASSWORD_SIZE];
    struct fields f;
    fields_begin(&f, rq);
    s.user.username = field_username(&f, FIELD_REQUIRED);
    struct str password = field_password(&f, FIELD_REQUIRED);
    s.user.display_name =
        field_name(&f, "display_name", FIELD_OPTIONAL, DISPLAY_NAME_MAX);
    struct str code = field_str(&f, "invite", FIELD_OPTIONAL, 0, 64);
    enum err e = fields_end(&f);
    if (e == E_OK) {
        e = check_registration(rq, code, &s.invite);
    }
    if (e == E_OK) {
        e = check_name(rq, s.user.username);
    }
    if (e == E_OK) {
        e = hasher_hash(rq->app->hasher, password, hash);
    }
    if (e != E_OK) {
        return e;
    }
    s.user.password_hash = str_of(hash);
    if (s.user.display_name.ptr == NULL) {
        s.user.display_name = s.user.username;
    }
    s.label = session_label(rq);
    e = writer_run(rq->app->writer, sign_up, &s, rq->arena);
    if (e != E_OK) {
        return e;
    }
    rs->status = 201;
    rs->set_token = arena_str(rq->arena, str_of(s.token));
    json_object_begin(&rs->json);
    json_key(&rs->json, "user");
    user_write(&rs->json, &s.made);
    json_member_str(&rs->json, "token", rs->set_token);
    json_object_end(&rs->json);
    return E_OK;
}
