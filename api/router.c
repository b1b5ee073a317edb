#include "api/percent.h"
#include "api/routes.h"
#include "lib/id.h"

enum { SEGMENTS_MAX = 8 };

/* Takes what stands in place of {name}. False: no such thing can exist. */
static bool take(struct request *rq, struct str name, struct str text)
{
    if (str_eq(name, STR("{group}"))) {
        return id_parse(text, &rq->group);
    }
    if (str_eq(name, STR("{user}"))) {
        return id_parse(text, &rq->user);
    }
    if (str_eq(name, STR("{id}"))) {
        return id_parse(text, &rq->item);
    }
    if (str_eq(name, STR("{seq}"))) {
        return str_to_i64(text, &rq->seq) && rq->seq >= 1 && rq->seq <= JSON_MAX_INT;
    }
    rq->code = text; /* {code} */
    return text.len >= 22 && text.len <= 64;
}

enum match { NO_MATCH, BAD_VALUE, MATCH };

/* A literal segment must be equal; {…} matches anything, and is judged by take. */
static enum match match(struct request *rq, const struct route *route,
                        const struct str *segments, size_t count, bool fill)
{
    struct str rest = str_of(route->pattern + 1);
    struct str part;
    bool good = true;
    size_t i = 0;
    for (; str_cut(&rest, '/', &part); i++) {
        if (i == count) {
            return NO_MATCH;
        }
        if (part.ptr[0] == '{') {
            good = !fill || (take(rq, part, segments[i]) && good);
        } else if (!str_eq(part, segments[i])) {
            return NO_MATCH;
        }
    }
    return i != count ? NO_MATCH : good ? MATCH : BAD_VALUE;
}

static bool split(struct request *rq, struct str *segments, size_t *count)
{
    if (!str_starts(rq->path, STR("/"))) {
        return false;
    }
    struct str rest = {rq->path.ptr + 1, rq->path.len - 1};
    struct str raw;
    for (*count = 0; str_cut(&rest, '/', &raw); (*count)++) {
        struct str s;
        if (*count == SEGMENTS_MAX || raw.len == 0 ||
            !percent_decode(rq->arena, raw, false, &s) || str_has_char(s, '/') ||
            str_eq(s, STR(".")) || str_eq(s, STR(".."))) {
            return false;
        }
        segments[*count] = s;
    }
    return true;
}

/* Literal rows win over rows with a name in the same place (/members/me, /members/{user}):
 * they stand first in the table. */
enum err router_find(struct request *rq, const struct route **out, unsigned *methods)
{
    struct str segments[SEGMENTS_MAX];
    size_t count = 0;
    *methods = 0;
    if (!split(rq, segments, &count)) {
        return E_NOT_FOUND;
    }
    const struct route *table = rq->is_outside ? outside_routes : routes;
    size_t table_len = rq->is_outside ? outside_route_count : route_count;
    const struct route *found = NULL;
    for (size_t i = 0; i < table_len; i++) {
        if (match(rq, &table[i], segments, count, false) != MATCH) {
            continue;
        }
        *methods |= 1u << table[i].method;
        if (table[i].method == rq->method && found == NULL) {
            found = &table[i];
        }
    }
    if (*methods == 0) {
        return E_NOT_FOUND;
    }
    if (found == NULL) {
        return E_METHOD_NOT_ALLOWED;
    }
    *out = found;
    return match(rq, found, segments, count, true) == MATCH ? E_OK : E_NOT_FOUND;
}
