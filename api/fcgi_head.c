#include "api/fcgi_head.h"

/* The FastCGI specification 1.0, sections 3.3, 3.4 and 5. */
enum { HEADER_LEN = 8, VERSION = 1, BEGIN_LEN = 8, ROLE_RESPONDER = 1 };

enum record_type { TYPE_BEGIN = 1, TYPE_PARAMS = 4, TYPE_STDIN = 5 };

struct record {
    unsigned type;
    unsigned id;
    struct str content;
};

static unsigned byte(struct str s, size_t i)
{
    return (unsigned char)s.ptr[i];
}

/* Takes a whole record off the front of *rest. */
static enum fcgi_verdict take_record(struct str *rest, struct record *out)
{
    if (rest->len > 0 && byte(*rest, 0) != VERSION) {
        return FCGI_BAD;
    }
    if (rest->len < HEADER_LEN) {
        return FCGI_MORE;
    }
    size_t len = byte(*rest, 4) << 8 | byte(*rest, 5);
    size_t all = HEADER_LEN + len + byte(*rest, 6);
    out->type = byte(*rest, 1);
    out->id = byte(*rest, 2) << 8 | byte(*rest, 3);
    if (rest->len < all) {
        return FCGI_MORE;
    }
    out->content = (struct str){rest->ptr + HEADER_LEN, len};
    *rest = (struct str){rest->ptr + all, rest->len - all};
    return FCGI_WHOLE;
}

/* Name-value pairs, which may be cut anywhere by the records they come in. */
struct pairs {
    uint32_t length[2]; /* of the name, then of the value */
    int which;          /* the length that is being read; 2: skipping both texts */
    unsigned missing;   /* bytes of a four-byte length that are still to come */
    size_t skip;        /* bytes of the texts that are still to come */
    size_t count, total;
    bool bad;
};

static void take_length_byte(struct pairs *p, unsigned b)
{
    if (p->missing > 0) {
        p->length[p->which] = p->length[p->which] << 8 | b;
        p->missing--;
    } else {
        p->missing = b >= 0x80 ? 3 : 0;
        p->length[p->which] = b & 0x7f;
    }
    if (p->missing == 0) {
        p->bad = p->bad || p->length[p->which] > FCGI_PARAMS_MAX;
        p->which++;
    }
    if (p->which == 2) {
        p->skip = (size_t)p->length[0] + p->length[1];
        p->count++;
    }
}

static void take_pairs(struct pairs *p, struct str s)
{
    p->total += s.len;
    p->bad = p->bad || p->total > FCGI_PARAMS_MAX;
    for (size_t i = 0; i < s.len && !p->bad;) {
        if (p->which < 2) {
            take_length_byte(p, byte(s, i++));
        } else {
            size_t n = s.len - i < p->skip ? s.len - i : p->skip;
            p->skip -= n;
            i += n;
        }
        if (p->which == 2 && p->skip == 0) {
            p->which = 0;
        }
        p->bad = p->bad || p->count > FCGI_PARAMS_COUNT_MAX;
    }
}

static bool is_between_pairs(const struct pairs *p)
{
    return !p->bad && p->which == 0 && p->missing == 0;
}

static bool is_good_begin(const struct record *r)
{
    return r->type == TYPE_BEGIN && r->id != 0 && r->content.len == BEGIN_LEN &&
           byte(r->content, 0) == 0 && byte(r->content, 1) == ROLE_RESPONDER;
}

enum fcgi_verdict fcgi_judge(struct str bytes)
{
    bool is_full = bytes.len >= FCGI_REQUEST_MAX;
    struct record r = {0};
    struct pairs pairs = {0};
    enum fcgi_verdict v = take_record(&bytes, &r);
    if (v != FCGI_WHOLE) {
        return v;
    }
    if (!is_good_begin(&r)) {
        return FCGI_BAD;
    }
    unsigned id = r.id;
    for (unsigned type = TYPE_PARAMS; type <= TYPE_STDIN;) {
        v = take_record(&bytes, &r);
        if (v == FCGI_MORE && is_full) {
            return type == TYPE_STDIN ? FCGI_WHOLE : FCGI_BAD;
        }
        if (v != FCGI_WHOLE) {
            return v;
        }
        if (r.id != id || r.type != type) {
            return FCGI_BAD;
        }
        if (type == TYPE_PARAMS) {
            take_pairs(&pairs, r.content);
        }
        if (pairs.bad || (r.content.len == 0 && !is_between_pairs(&pairs))) {
            return FCGI_BAD;
        }
        type += r.content.len == 0;
    }
    return bytes.len == 0 ? FCGI_WHOLE : FCGI_BAD;
}
