/* What json_check takes, json-c parses, and printing it loses nothing: the text printed is
 * taken again and prints the same. What json_check refuses is not opened. */
#include "lib/json.h"
#include "tests/fuzz/fuzz.h"

/* Everything that can be asked of a value. */
static void walk(const struct json *v)
{
    int64_t n = 0;
    if (json_int(v, &n)) {
        must(json_kind(v) == JSON_INT && n <= JSON_MAX_INT && n >= -JSON_MAX_INT);
    }
    must(json_str(v).ptr != NULL);
    for (size_t i = 0; i < json_array_len(v); i++) {
        walk(json_array_at(v, i));
    }
    for (size_t i = 0; i < json_member_count(v); i++) {
        struct str name = STR_NONE;
        const struct json *member = json_member_at(v, i, &name);
        must(name.ptr != NULL && json_member(v, name.ptr) == member);
        walk(member);
    }
}

static void print(struct str text, struct buf *out)
{
    const char *why = NULL;
    struct json_doc *doc = json_open(text, &why);
    must(doc != NULL && why == NULL);
    walk(json_root(doc));
    json_print(json_root(doc), out);
    must(buf_ok(out));
    json_close(doc);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct str text = {(const char *)bytes, len};
    const char *why = json_check(text);
    if (why != NULL) {
        const char *again = NULL;
        must(json_open(text, &again) == NULL && again == why);
        return 0;
    }
    struct buf once = BUF_INIT((size_t)1 << 24);
    struct buf twice = BUF_INIT((size_t)1 << 24);
    print(text, &once);
    print(buf_view(&once), &twice);
    must(str_eq(buf_view(&once), buf_view(&twice)));
    buf_finish(&once);
    buf_finish(&twice);
    return 0;
}
