#include "api/request.h"

#include "api/app.h"
#include "lib/clock.h"
#include "lib/id.h"
#include "lib/utf8.h"

#define BASE "/api/v1"

static void take_id(struct request *rq, struct str given)
{
    bool good = given.len == sizeof(rq->id) - 1;
    for (size_t i = 0; i < given.len && good; i++) {
        good = str_has_char(STR("0123456789abcdef"), given.ptr[i]);
    }
    if (good) {
        memcpy(rq->id, given.ptr, given.len);
    } else {
        id_random_word(rq->id, sizeof(rq->id));
    }
}

static void take_method(struct request *rq, struct str name, bool *options)
{
    static const struct {
        struct str name;
        enum method method;
    } rows[] = {
        {STR_INIT("GET"), METHOD_GET},     {STR_INIT("HEAD"), METHOD_GET},
        {STR_INIT("POST"), METHOD_POST},   {STR_INIT("PUT"), METHOD_PUT},
        {STR_INIT("PATCH"), METHOD_PATCH}, {STR_INIT("DELETE"), METHOD_DELETE},
    };

    rq->head = str_eq(name, STR("HEAD"));
    *options = str_eq(name, STR("OPTIONS"));
    rq->method = METHOD_OTHER;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (str_eq(name, rows[i].name)) {
            rq->method = rows[i].method;
        }
    }
}

const char *request_method_name(const struct request *rq, bool options)
{
    static const char *const names[] = {"GET", "POST", "PUT", "PATCH", "DELETE", "-"};
    return options ? "OPTIONS" : rq->head ? "HEAD" : names[rq->method];
}

/* The raw path: what nginx decoded or merged to choose a location is decided here anew,
 * and more strictly. */
static bool take_path(struct request *rq, struct str uri)
{
    struct str path;
    if (!str_cut(&uri, '?', &path)) {
        return false;
    }
    rq->query = uri.ptr != NULL ? uri : STR("");
    rq->is_outside = !str_starts(path, STR(BASE "/"));
    size_t skip = rq->is_outside ? 0 : sizeof(BASE) - 1;
    rq->path = (struct str){path.ptr + skip, path.len - skip};
    return true;
}

/* The address that the outermost trusted proxy saw: from the right of X-Forwarded-For, the
 * first that is not a proxy of ours. */
static struct str client_address(const struct settings *s, struct str remote,
                                 struct str forwarded)
{
    while (forwarded.len > 0 && settings_list_has(s->trusted_proxies, remote)) {
        size_t at = forwarded.len;
        while (at > 0 && forwarded.ptr[at - 1] != ',') {
            at--;
        }
        remote = str_trim((struct str){forwarded.ptr + at, forwarded.len - at});
        forwarded.len = at > 0 ? at - 1 : 0;
    }
    return remote;
}

struct str cookie_find(struct str header, struct str name)
{
    struct str found = STR_NONE;
    struct str pair;
    while (str_cut(&header, ';', &pair)) {
        struct str key;
        if (!str_cut(&pair, '=', &key) || pair.ptr == NULL ||
            !str_eq(str_trim(key), name)) {
            continue;
        }
        if (found.ptr != NULL) {
            return STR_NONE;
        }
        found = str_trim(pair);
    }
    return found;
}

const char *cookie_name(const struct settings *s)
{
    return settings_is_https(s) ? "__Host-moothall_session" : "moothall_session";
}

static void take_credentials(struct request *rq, struct fcgi *f, struct credentials *c)
{
    struct str header = fcgi_param(f, "HTTP_AUTHORIZATION");
    struct str scheme;
    *c = (struct credentials){0};
    if (header.ptr !=
        NULL) { /* another scheme, or a bearer of nothing, is a bad bearer */
        c->bearer = STR("");
        if (str_cut(&header, ' ', &scheme) && header.ptr != NULL &&
            str_eq_nocase(scheme, STR("Bearer"))) {
            c->bearer = str_trim(header);
        }
    }
    struct str cookies = fcgi_param(f, "HTTP_COOKIE");
    if (cookies.ptr != NULL) {
        c->cookie = cookie_find(cookies, str_of(cookie_name(rq->app->settings)));
    }
}

static enum err read_body(struct request *rq, struct fcgi *f)
{
    struct str announced = fcgi_param(f, "CONTENT_LENGTH");
    int64_t len = 0;
    if (announced.len > 0 && (!str_to_i64(announced, &len) || len < 0)) {
        return E_BAD_REQUEST;
    }
    if (len > REQUEST_BODY_MAX) {
        return E_TOO_LARGE;
    }
    if (announced.len ==
        0) { /* a peer that does not know: up to the bound, and one past */
        len = REQUEST_BODY_MAX + 1;
    }
    char *body = arena_alloc(rq->arena, (size_t)len + 1);
    size_t got = fcgi_read(f, body, (size_t)len);
    if (got > REQUEST_BODY_MAX) {
        return E_TOO_LARGE;
    }
    if (announced.len > 0 && got < (size_t)len) {
        rq->detail = "The body is shorter than its announced length";
        return E_BAD_REQUEST;
    }
    rq->body = (struct str){body, got};
    return E_OK;
}

enum err request_read(struct request *rq, struct fcgi *f, struct credentials *c,
                      bool *options)
{
    take_id(rq, fcgi_param(f, "REQUEST_ID"));
    rq->now_ms = clock_wall_ms();
    rq->address = client_address(rq->app->settings, fcgi_param(f, "REMOTE_ADDR"),
                                 fcgi_param(f, "HTTP_X_FORWARDED_FOR"));
    rq->https = settings_is_https(rq->app->settings);
    rq->origin = fcgi_param(f, "HTTP_ORIGIN");
    rq->fetch_site = fcgi_param(f, "HTTP_SEC_FETCH_SITE");
    rq->content_type = fcgi_param(f, "CONTENT_TYPE");
    rq->user_agent = fcgi_param(f, "HTTP_USER_AGENT");
    if (!utf8_valid(rq->user_agent)) {
        rq->user_agent = STR_NONE;
    }
    rq->path = STR("");
    take_credentials(rq, f, c);
    take_method(rq, fcgi_param(f, "REQUEST_METHOD"), options);
    if (!take_path(rq, fcgi_param(f, "REQUEST_URI"))) {
        return E_NOT_FOUND;
    }
    return read_body(rq, f);
}
