/* A request and its answer, as handlers see them: parsed, authenticated, gated. They know
 * nothing of FastCGI. Everything lives in the request's arena. */
#ifndef MOOTHALL_API_HTTP_H
#define MOOTHALL_API_HTTP_H

#include "api/store/access.h"
#include "api/store/caller.h"
#include "api/store/db.h"
#include "lib/arena.h"
#include "lib/buf.h"
#include "lib/err.h"
#include "lib/json.h"
#include "lib/settings.h"

struct app; /* api/app.h: writer, hasher, limits, settings */

enum method {
    METHOD_GET,
    METHOD_POST,
    METHOD_PUT,
    METHOD_PATCH,
    METHOD_DELETE,
    METHOD_OTHER /* of no route; OPTIONS, too */
};

struct request {
    struct app *app;
    struct arena *arena;
    struct db *db; /* this worker's reader */
    char id[33];   /* X-Request-Id */
    enum method method;
    bool head;          /* HEAD: a GET whose body is not sent */
    struct str path;    /* raw; after /api/v1, unless is_outside */
    bool is_outside;    /* a path that is not below /api/v1 */
    struct str query;   /* raw, without '?' */
    struct str address; /* the client's, through trusted proxies */
    bool https;
    struct str content_type; /* "" if none */
    struct str origin;       /* ptr NULL if none */
    struct str fetch_site;   /* Sec-Fetch-Site */
    struct str user_agent;
    struct str body; /* all of it; at most 64 KiB */
    int64_t now_ms;  /* wall clock */

    struct caller caller; /* user = 0: not signed in */
    bool by_cookie;       /* the credential was the cookie */

    /* From the path, by the route's {names}; 0 or empty where the route has none. */
    int64_t group;        /* {group} */
    int64_t user;         /* {user} */
    int64_t item;         /* {id}: session, invite */
    int64_t seq;          /* {seq} */
    struct str code;      /* {code}: invite code */
    struct access access; /* loaded for routes with {group} */

    struct field_error *errors; /* of the fields, for problem+json */
    const char *detail;         /* a sentence for the problem's detail, constant text */
    int64_t retry_after;        /* seconds, for 429 and 503; 0: the default */
};

struct response {
    int status; /* 0: 200, or 204 when there is no body */
    struct buf body;
    const char *type;        /* its Content-Type; NULL: JSON */
    struct json_writer json; /* begun over body */
    struct str location;     /* ptr NULL: none */
    struct str set_token;    /* ptr NULL: no Set-Cookie; else the session's token */
    bool clear_cookie;
};

/* E_OK with the response filled in, or a refusal: then the body is thrown away and
 * problem.c writes the answer. */
typedef enum err handler_fn(struct request *rq, struct response *rs);

/* ---- Bodies: one strict JSON object, read by name. Sticky: read all, then end. Every
 * wrong type, missing or unknown member becomes a field error; fields_end answers
 * E_BAD_REQUEST (or E_UNSUPPORTED_MEDIA_TYPE) if there was one. */
struct fields {
    struct request *rq;
    struct json_doc *doc;
    const struct json *root;
    const char *seen[16];
    size_t seen_count;
    enum err error;
};

enum field_need { FIELD_OPTIONAL, FIELD_REQUIRED };

void fields_begin(struct fields *f, struct request *rq); /* an absent body: an error */
/* Characters (code points) min … max. Absent: STR_NONE. Copied into the arena. */
struct str field_str(struct fields *f, const char *name, enum field_need need,
                     size_t min, size_t max);
int64_t field_int(struct fields *f, const char *name, enum field_need need, int64_t min,
                  int64_t max, int64_t absent);
bool field_bool(struct fields *f, const char *name, enum field_need need, bool absent);
/* One of a NULL-ended list; the index, or absent. */
int field_choice(struct fields *f, const char *name, enum field_need need,
                 const char *const *choices, int absent);
bool field_present(struct fields *f, const char *name); /* also true for null */
bool field_is_null(struct fields *f, const char *name); /* and marks it as known */
const struct json *field_object(struct fields *f, const char *name,
                                enum field_need need);
void field_refuse(struct fields *f, const char *name, const char *message);
must_check enum err fields_end(struct fields *f); /* frees the document */

/* ---- Query parameters, percent-decoded. Malformed or out of range: a field error, and
 * query_end answers E_BAD_REQUEST. */
bool query_has(struct request *rq, const char *name);
struct str query_str(struct request *rq, const char *name,
                     size_t max); /* STR_NONE: absent */
int64_t query_int(struct request *rq, const char *name, int64_t min, int64_t max,
                  int64_t absent);
bool query_bool(struct request *rq, const char *name);
must_check enum err query_end(struct request *rq);

/* ---- Lists: ?limit= and ?cursor=. A cursor is opaque: two ordering keys, base64url. */
struct page {
    int64_t limit; /* 1 … 100 */
    bool has_cursor;
    int64_t key;     /* of the last row of the page before */
    struct str text; /* a second key, for orders by text; or empty */
    int64_t id;
};
must_check enum err page_read(struct request *rq, struct page *p);
/* "next": a cursor after the row with these keys, or null when more is false. */
void page_next(struct response *rs, struct request *rq, bool more, int64_t key,
               struct str text, int64_t id);

/* Remembers a field error without a body: E_BAD_REQUEST. */
enum err request_refuse(struct request *rq, const char *field, const char *message);

#endif
