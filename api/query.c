/* Query parameters and the paging of lists. */
#include "api/http.h"
#include "api/percent.h"
#include "api/problem.h"
#include "lib/crypto.h"
#include "lib/utf8.h"

/* The first pair of that name, still encoded. */
static bool find(const struct request *rq, const char *name, struct str *value)
{
    struct str rest = rq->query;
    struct str pair;
    while (str_cut(&rest, '&', &pair)) {
        struct str key;
        if (str_cut(&pair, '=', &key) && str_eq(key, str_of(name))) {
            *value = pair.ptr != NULL ? pair : STR("");
            return true;
        }
    }
    return false;
}

bool query_has(struct request *rq, const char *name)
{
    struct str value;
    return find(rq, name, &value);
}

struct str query_str(struct request *rq, const char *name, size_t max)
{
    struct str raw;
    struct str value;
    if (!find(rq, name, &raw)) {
        return STR_NONE;
    }
    if (!percent_decode(rq->arena, raw, true, &value)) {
        (void)request_refuse(rq, name, "is not well encoded");
        return STR_NONE;
    }
    if (utf8_count(value) > max) {
        (void)request_refuse(rq, name, "is too long");
        return STR_NONE;
    }
    return value;
}

int64_t query_int(struct request *rq, const char *name, int64_t min, int64_t max,
                  int64_t absent)
{
    struct str raw;
    int64_t n = absent;
    if (find(rq, name, &raw) && (!str_to_i64(raw, &n) || n < min || n > max)) {
        (void)request_refuse(rq, name,
                             arena_printf(rq->arena, "must be %lld to %lld",
                                          (long long)min, (long long)max)
                                 .ptr);
        return absent;
    }
    return n;
}

bool query_bool(struct request *rq, const char *name)
{
    struct str raw;
    if (!find(rq, name, &raw) || str_eq(raw, STR("false"))) {
        return false;
    }
    if (!str_eq(raw, STR("true"))) {
        (void)request_refuse(rq, name, "must be true or false");
        return false;
    }
    return true;
}

enum err query_end(struct request *rq)
{
    return rq->errors != NULL ? E_BAD_REQUEST : E_OK;
}

/* A cursor is base64url of: key, id (both big-endian), then the text. */
enum { CURSOR_NUMBERS = 16, CURSOR_TEXT_MAX = 400 };

static void put_number(unsigned char *out, int64_t v)
{
    for (int i = 7; i >= 0; i--) {
        out[i] = (unsigned char)((uint64_t)v & 0xff);
        v = (int64_t)((uint64_t)v >> 8);
    }
}

static int64_t get_number(const unsigned char *in)
{
    uint64_t v = 0;
    for (int i = 0; i < 8; i++) {
        v = v << 8 | in[i];
    }
    return (int64_t)v;
}

static bool read_cursor(struct request *rq, struct str cursor, struct page *p)
{
    unsigned char bytes[CURSOR_NUMBERS + CURSOR_TEXT_MAX];
    size_t len = cursor.len / 4 * 3 + (cursor.len % 4 > 0 ? cursor.len % 4 - 1 : 0);
    if (cursor.len % 4 == 1 || len < CURSOR_NUMBERS || len > sizeof(bytes) ||
        !crypto_base64_decode(cursor, bytes, len)) {
        return false;
    }
    p->key = get_number(bytes);
    p->id = get_number(bytes + 8);
    struct str text = {(const char *)bytes + CURSOR_NUMBERS, len - CURSOR_NUMBERS};
    if (!utf8_valid(text) || str_has_char(text, '\0')) {
        return false;
    }
    p->text = arena_str(rq->arena, text);
    p->has_cursor = true;
    return true;
}

enum err page_read(struct request *rq, struct page *p)
{
    *p = (struct page){.text = STR("")};
    p->limit = query_int(rq, "limit", 1, 100, 50);
    struct str cursor = query_str(rq, "cursor", 1000);
    if (cursor.ptr != NULL && !read_cursor(rq, cursor, p)) {
        (void)request_refuse(rq, "cursor", "is not one of ours");
    }
    return query_end(rq);
}

void page_next(struct response *rs, struct request *rq, bool more, int64_t key,
               struct str text, int64_t id)
{
    if (!more) {
        json_member_null(&rs->json, "next");
        return;
    }
    unsigned char bytes[CURSOR_NUMBERS + CURSOR_TEXT_MAX];
    put_number(bytes, key);
    put_number(bytes + 8, id);
    size_t text_len = text.len <= CURSOR_TEXT_MAX ? text.len : CURSOR_TEXT_MAX;
    if (text_len > 0) {
        memcpy(bytes + CURSOR_NUMBERS, text.ptr, text_len);
    }
    size_t len = CURSOR_NUMBERS + text_len;
    char *out = arena_alloc(rq->arena, CRYPTO_BASE64_SIZE(len));
    crypto_base64_encode(bytes, len, out, CRYPTO_BASE64_SIZE(len));
    json_member_str(&rs->json, "next", str_of(out));
}
