/* The strict pass over a JSON text. It builds nothing but a list of all keys, to find
 * duplicates at the end: keys are compared as they decode. */
#include <stdlib.h>

#include "lib/json.h"
#include "lib/mem.h"
#include "lib/utf8.h"

struct key {
    size_t at, len; /* decoded, in the buffer of all keys */
    size_t object;  /* which object it is in; numbered as they open */
};

struct check {
    struct str left;
    const char *why; /* sticky */
    size_t depth;
    size_t objects;
    struct key *keys;
    size_t key_count, key_cap;
    struct buf key_texts;
};

static void value(struct check *c);

static bool fail(struct check *c, const char *why)
{
    if (c->why == NULL) {
        c->why = why;
    }
    return false;
}

static void skip_space(struct check *c)
{
    while (c->left.len > 0 && (c->left.ptr[0] == ' ' || c->left.ptr[0] == '\t' ||
                               c->left.ptr[0] == '\n' || c->left.ptr[0] == '\r')) {
        c->left.ptr++;
        c->left.len--;
    }
}

static int peek(const struct check *c)
{
    return c->left.len > 0 ? (unsigned char)c->left.ptr[0] : -1;
}

static void advance(struct check *c, size_t n)
{
    c->left.ptr += n;
    c->left.len -= n;
}

static bool take(struct check *c, char want)
{
    if (peek(c) != (unsigned char)want) {
        return false;
    }
    advance(c, 1);
    return true;
}

static bool hex4(struct check *c, uint32_t *out)
{
    if (c->left.len < 4) {
        return fail(c, "bad escape");
    }
    uint32_t v = 0;
    for (size_t i = 0; i < 4; i++) {
        char ch = c->left.ptr[i];
        uint32_t digit;
        if (ch >= '0' && ch <= '9') {
            digit = (uint32_t)(ch - '0');
        } else if ((ch | 0x20) >= 'a' && (ch | 0x20) <= 'f') {
            digit = (uint32_t)((ch | 0x20) - 'a' + 10);
        } else {
            return fail(c, "bad escape");
        }
        v = v << 4 | digit;
    }
    advance(c, 4);
    *out = v;
    return true;
}

static void put_utf8(struct buf *b, uint32_t cp)
{
    if (cp < 0x80) {
        buf_char(b, (char)cp);
    } else if (cp < 0x800) {
        buf_char(b, (char)(0xc0 | cp >> 6));
        buf_char(b, (char)(0x80 | (cp & 0x3f)));
    } else if (cp < 0x10000) {
        buf_char(b, (char)(0xe0 | cp >> 12));
        buf_char(b, (char)(0x80 | (cp >> 6 & 0x3f)));
        buf_char(b, (char)(0x80 | (cp & 0x3f)));
    } else {
        buf_char(b, (char)(0xf0 | cp >> 18));
        buf_char(b, (char)(0x80 | (cp >> 12 & 0x3f)));
        buf_char(b, (char)(0x80 | (cp >> 6 & 0x3f)));
        buf_char(b, (char)(0x80 | (cp & 0x3f)));
    }
}

/* After the backslash. */
static bool escape(struct check *c, uint32_t *cp)
{
    static const char plain[] = "\"\\/bfnrt";
    static const char meant[] = "\"\\/\b\f\n\r\t";
    int ch = peek(c);
    const char *at = ch > 0 ? strchr(plain, ch) : NULL;
    if (at != NULL) {
        advance(c, 1);
        *cp = (unsigned char)meant[at - plain];
        return true;
    }
    if (!take(c, 'u')) {
        return fail(c, "bad escape");
    }
    if (!hex4(c, cp)) {
        return false;
    }
    if (*cp == 0) {
        return fail(c, "NUL in a string");
    }
    if (*cp >= 0xdc00 && *cp <= 0xdfff) {
        return fail(c, "lone surrogate");
    }
    if (*cp >= 0xd800 && *cp <= 0xdbff) {
        uint32_t low = 0;
        if (!take(c, '\\') || !take(c, 'u')) {
            return fail(c, "lone surrogate");
        }
        if (!hex4(c, &low)) {
            return false;
        }
        if (low < 0xdc00 || low > 0xdfff) {
            return fail(c, "lone surrogate");
        }
        *cp = 0x10000 + ((*cp - 0xd800) << 10) + (low - 0xdc00);
    }
    return true;
}

/* decoded may be NULL when nobody wants the text. */
static bool string(struct check *c, struct buf *decoded)
{
    if (!take(c, '"')) {
        return fail(c, "a string is missing");
    }
    while (c->left.len > 0) {
        if (take(c, '"')) {
            return true;
        }
        uint32_t cp = 0;
        if (take(c, '\\')) {
            if (!escape(c, &cp)) {
                return false;
            }
        } else {
            size_t len = utf8_decode(c->left, &cp);
            if (len == 0) {
                return fail(c, "bad UTF-8");
            }
            if (cp < 0x20) {
                return fail(c, "control character in a string");
            }
            advance(c, len);
        }
        if (decoded != NULL) {
            put_utf8(decoded, cp);
        }
    }
    return fail(c, "unended string");
}

static bool digits(struct check *c)
{
    size_t n = 0;
    while (n < c->left.len && c->left.ptr[n] >= '0' && c->left.ptr[n] <= '9') {
        n++;
    }
    advance(c, n);
    return n > 0 || fail(c, "bad number");
}

static void number(struct check *c)
{
    if (!take(c, '-') && (peek(c) < '0' || peek(c) > '9')) {
        (void)fail(c, "not JSON");
        return;
    }
    if (!take(c, '0') && !digits(c)) {
        return;
    }
    if (take(c, '.') && !digits(c)) {
        return;
    }
    if (take(c, 'e') || take(c, 'E')) {
        if (!take(c, '+')) {
            (void)take(c, '-');
        }
        (void)digits(c);
    }
}

static void literal(struct check *c, struct str word)
{
    if (str_starts(c->left, word)) {
        advance(c, word.len);
    } else {
        (void)fail(c, "not JSON");
    }
}

static void add_key(struct check *c, size_t at, size_t object)
{
    if (c->key_count == c->key_cap) {
        c->key_cap = c->key_cap == 0 ? 16 : c->key_cap * 2;
        c->keys = mem_resize(c->keys, c->key_cap * sizeof(*c->keys));
    }
    c->keys[c->key_count++] = (struct key){at, c->key_texts.len - at, object};
}

static int compare_keys(const void *a, const void *b, void *key_texts)
{
    const struct key *x = a;
    const struct key *y = b;
    const struct buf *texts = key_texts;
    if (x->object != y->object) {
        return x->object < y->object ? -1 : 1;
    }
    if (x->len != y->len) {
        return x->len < y->len ? -1 : 1;
    }
    return x->len == 0 ? 0 : memcmp(texts->ptr + x->at, texts->ptr + y->at, x->len);
}

/* Sorting at the end costs n log n even for a hundred thousand keys. */
static void find_duplicates(struct check *c)
{
    if (c->key_count > 1) {
        qsort_r(c->keys, c->key_count, sizeof(*c->keys), compare_keys, &c->key_texts);
    }
    for (size_t i = 1; i < c->key_count; i++) {
        if (compare_keys(&c->keys[i - 1], &c->keys[i], &c->key_texts) == 0) {
            (void)fail(c, "duplicate key");
        }
    }
}

static void object(struct check *c)
{
    size_t me = c->objects++;
    advance(c, 1);
    skip_space(c);
    if (take(c, '}')) {
        return;
    }
    do {
        size_t at = c->key_texts.len;
        skip_space(c);
        if (!string(c, &c->key_texts)) {
            return;
        }
        add_key(c, at, me);
        skip_space(c);
        if (!take(c, ':')) {
            (void)fail(c, "a colon is missing");
            return;
        }
        value(c);
        if (c->why != NULL) {
            return;
        }
        skip_space(c);
    } while (take(c, ','));
    if (!take(c, '}')) {
        (void)fail(c, "unended object");
    }
}

static void array(struct check *c)
{
    advance(c, 1);
    skip_space(c);
    if (take(c, ']')) {
        return;
    }
    do {
        value(c);
        if (c->why != NULL) {
            return;
        }
        skip_space(c);
    } while (take(c, ','));
    if (!take(c, ']')) {
        (void)fail(c, "unended array");
    }
}

static void value(struct check *c)
{
    skip_space(c);
    switch (peek(c)) {
    case '{':
    case '[':
        if (c->depth == JSON_MAX_DEPTH) {
            (void)fail(c, "too deep");
            return;
        }
        c->depth++;
        if (peek(c) == '{') {
            object(c);
        } else {
            array(c);
        }
        c->depth--;
        return;
    case '"':
        (void)string(c, NULL);
        return;
    case 't':
        literal(c, STR("true"));
        return;
    case 'f':
        literal(c, STR("false"));
        return;
    case 'n':
        literal(c, STR("null"));
        return;
    case -1:
        (void)fail(c, c->depth == 0 ? "empty" : "it ends too early");
        return;
    default:
        number(c);
    }
}

const char *json_check(struct str text)
{
    struct check c = {.left = text, .key_texts = BUF_INIT(SIZE_MAX / 2)};
    value(&c);
    skip_space(&c);
    if (c.why == NULL && c.left.len > 0) {
        (void)fail(&c, "something stands behind the value");
    }
    if (c.why == NULL) {
        find_duplicates(&c);
    }
    buf_finish(&c.key_texts);
    free(c.keys);
    return c.why;
}
