/* Who calls, and may they: before any handler. */
#include "api/app.h"
#include "api/routes.h"
#include "api/store/sessions.h"
#include "lib/clock.h"

static enum err authenticate(struct request *rq, struct str bearer, struct str cookie)
{
    if (bearer.ptr != NULL) {
        enum err e =
            sessions_authenticate(rq->db, bearer, rq->now_ms, rq->arena, &rq->caller);
        return e != E_OK ? e : rq->caller.user != 0 ? E_OK : E_UNAUTHORIZED;
    }
    if (cookie.ptr != NULL) {
        enum err e =
            sessions_authenticate(rq->db, cookie, rq->now_ms, rq->arena, &rq->caller);
        rq->by_cookie = rq->caller.user != 0;
        return e;
    }
    return E_OK;
}

/* A change on the strength of the cookie must come from a page of ours, and say so; one
 * that might set the cookie must at least not come from elsewhere (log-in CSRF). */
static enum err check_origin(struct request *rq, bool by_bearer)
{
    if (rq->method == METHOD_GET || by_bearer) {
        return E_OK;
    }
    bool own =
        rq->origin.ptr != NULL && settings_is_own_origin(rq->app->settings, rq->origin);
    bool foreign =
        (rq->origin.ptr != NULL && !own) || str_eq(rq->fetch_site, STR("cross-site"));
    bool says_own = own || str_eq(rq->fetch_site, STR("same-origin"));
    if (foreign || (rq->by_cookie && !says_own)) {
        rq->detail = "With a cookie, this is only taken from pages of this site";
        return E_FORBIDDEN;
    }
    return E_OK;
}

static enum err take_limit(struct request *rq, enum limit limit, bool per_user)
{
    uint64_t key =
        per_user ? limits_key_user(rq->caller.user) : limits_key_address(rq->address);
    return limits_take(rq->app->limits, limit, key, clock_mono_ms(), &rq->retry_after)
               ? E_OK
               : E_TOO_MANY_REQUESTS;
}

static enum err check_gate(struct request *rq, enum gate gate)
{
    if (gate == GATE_ANYONE) {
        return E_OK;
    }
    if (rq->caller.user == 0) {
        return E_UNAUTHORIZED;
    }
    if (gate < GATE_GROUP_ANY) {
        bool allowed = rq->caller.token_group == 0 &&
                       (gate != GATE_FULL_USER || rq->caller.kind != USER_GUEST) &&
                       (gate != GATE_SERVER_ADMIN || rq->caller.admin);
        return allowed ? E_OK : E_FORBIDDEN;
    }
    enum err e = access_load(rq->db, &rq->caller, rq->group, &rq->access);
    if (e != E_OK || gate == GATE_GROUP_ANY) {
        return e;
    }
    return access_check(&rq->access,
                        (enum access_level)(ACCESS_READ + (gate - GATE_GROUP_READ)),
                        rq->now_ms);
}

enum err gate_pass(struct request *rq, const struct route *route, struct str bearer,
                   struct str cookie)
{
    enum err who = authenticate(rq, bearer, cookie);
    enum err e = take_limit(rq, LIMIT_REQUESTS, rq->caller.user != 0);
    if (e == E_OK) {
        e = who; /* bad credentials count, too */
    }
    if (e == E_OK) {
        e = check_origin(rq, bearer.ptr != NULL);
    }
    if (e == E_OK) {
        e = check_gate(rq, route->gate);
    }
    if (e == E_OK && route->limit != LIMIT_NONE) {
        e = take_limit(rq, route->limit,
                       route->limit == LIMIT_MESSAGES || route->limit == LIMIT_GROUPS);
    }
    return e;
}
