#include "api/respond.h"

#include "api/app.h"
#include "api/problem.h"
#include "api/request.h"

enum { RETRY_DEFAULT_S = 1, COOKIE_MAX_AGE_S = 90 * 24 * 3600 };

static const char *reason(int status)
{
    static const struct {
        int status;
        const char *text;
    } rows[] = {
        {200, "OK"},
        {201, "Created"},
        {204, "No Content"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {409, "Conflict"},
        {410, "Gone"},
        {413, "Content Too Large"},
        {415, "Unsupported Media Type"},
        {426, "Upgrade Required"},
        {429, "Too Many Requests"},
        {503, "Service Unavailable"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].status == status) {
            return rows[i].text;
        }
    }
    return "Other";
}

static void put_allow(struct buf *out, unsigned methods)
{
    static const char *const names[] = {"GET, HEAD", "POST", "PUT", "PATCH", "DELETE"};
    buf_str(out, STR("Allow: "));
    for (unsigned m = 0; m < sizeof(names) / sizeof(names[0]); m++) {
        if ((methods & 1u << m) != 0) {
            buf_printf(out, "%s, ", names[m]);
        }
    }
    buf_str(out, STR("OPTIONS\r\n"));
}

static void put_cookie(struct buf *out, const struct request *rq, struct str token)
{
    buf_printf(out,
               "Set-Cookie: %s=%.*s; Path=/; HttpOnly; SameSite=Lax; Max-Age=%d%s\r\n",
               cookie_name(rq->app->settings), STR_ARGS(token),
               token.len > 0 ? COOKIE_MAX_AGE_S : 0, rq->https ? "; Secure" : "");
}

/* Other sites' pages, if the settings name them: by bearer, never with credentials. */
static void put_cors(struct buf *out, const struct request *rq, bool options)
{
    const char *allowed = rq->app->settings->cors_origins;
    if (allowed[0] == '\0') {
        return;
    }
    buf_str(out, STR("Vary: Origin\r\n"));
    if (rq->origin.ptr == NULL || !settings_list_has(allowed, rq->origin)) {
        return;
    }
    buf_printf(out, "Access-Control-Allow-Origin: %.*s\r\n", STR_ARGS(rq->origin));
    if (options) {
        buf_str(out,
                STR("Access-Control-Allow-Methods: GET, POST, PUT, PATCH, DELETE\r\n"
                    "Access-Control-Allow-Headers: Authorization, Content-Type\r\n"
                    "Access-Control-Max-Age: 600\r\n"));
    } else {
        buf_str(out,
                STR("Access-Control-Expose-Headers: Retry-After, X-Request-Id\r\n"));
    }
}

static int status_of(const struct response *rs, enum err e, bool options)
{
    if (e != E_OK) {
        return err_status(e);
    }
    if (options) {
        return 204;
    }
    return rs->status != 0 ? rs->status : rs->body.len > 0 ? 200 : 204;
}

int respond(struct buf *out, const struct request *rq, const struct response *rs,
            enum err e, unsigned methods, bool options)
{
    int status = status_of(rs, e, options);
    buf_printf(out,
               "Status: %d %s\r\n"
               "Cache-Control: no-store\r\n"
               "X-Content-Type-Options: nosniff\r\n"
               "X-Request-Id: %s\r\n",
               status, reason(status), rq->id);
    put_cors(out, rq, options);
    if (methods != 0) {
        put_allow(out, methods);
    }
    if (e == E_UNAUTHORIZED) {
        buf_str(out, STR("WWW-Authenticate: Bearer\r\n"));
    }
    if (status == 429 || status == 503) {
        int64_t retry = rq->retry_after > 0 ? rq->retry_after : RETRY_DEFAULT_S;
        buf_printf(out, "Retry-After: %lld\r\n", (long long)retry);
    }
    if (e == E_OK && rs->location.ptr != NULL) {
        buf_printf(out, "Location: %.*s\r\n", STR_ARGS(rs->location));
    }
    if (e == E_OK && (rs->set_token.ptr != NULL || rs->clear_cookie)) {
        put_cookie(out, rq, rs->set_token);
    }
    struct buf problem = BUF_INIT(REQUEST_BODY_MAX);
    struct str body = buf_view(&rs->body);
    const char *type = rs->type != NULL ? rs->type : "application/json";
    if (e != E_OK) {
        problem_write(&problem, rq, e);
        body = buf_view(&problem);
        type = "application/problem+json";
    }
    if (status != 204) {
        buf_printf(out, "Content-Type: %s\r\nContent-Length: %zu\r\n", type, body.len);
    }
    buf_str(out, STR("\r\n"));
    if (status != 204 && !rq->head) {
        buf_str(out, body);
    }
    buf_finish(&problem);
    return status;
}
