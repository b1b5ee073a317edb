#include "api/handlers/message_fields.h"

#include "lib/utf8.h"

enum {
    BODY_MAX = 8000,       /* characters, trimmed */
    BODY_SENT_MAX = 65536, /* with what is trimmed for counting */
    CLIENT_ID_MAX = 64,    /* characters */
};

static const char *judge_body(struct str body)
{
    size_t count = utf8_count(utf8_trim(body));
    return count == 0         ? "is blank"
           : count > BODY_MAX ? "must have at most 8000 characters"
                              : NULL;
}

struct str message_fields_body(struct fields *f)
{
    struct str body = field_str(f, "body", FIELD_REQUIRED, 0, BODY_SENT_MAX);
    if (body.ptr == NULL) {
        return body;
    }
    const char *bad = judge_body(body);
    if (bad != NULL) {
        field_refuse(f, "body", bad);
    }
    return body;
}

bool message_fields_is_plain(const struct request *rq)
{
    struct str type = rq->content_type;
    struct str media;
    return str_cut(&type, ';', &media) &&
           str_eq_nocase(str_trim(media), STR("text/plain"));
}

enum err message_fields_read_plain(struct request *rq, struct post *out)
{
    if (rq->by_cookie) { /* a form of another site can send text/plain */
        rq->detail = "Plain text is taken with a bearer only";
        return E_UNSUPPORTED_MEDIA_TYPE;
    }
    struct str body = rq->body;
    if (str_ends(body, STR("\n"))) {
        body.len--;
    }
    if (!utf8_valid(body) || str_has_char(body, '\0')) {
        return request_refuse(rq, "body", "is not text in UTF-8");
    }
    const char *bad = judge_body(body);
    if (bad != NULL) {
        return request_refuse(rq, "body", bad);
    }
    *out = (struct post){.group = rq->group, .body = body};
    out->client_id = query_str(rq, "client_id", CLIENT_ID_MAX);
    if (out->client_id.ptr != NULL && out->client_id.len == 0) {
        return request_refuse(rq, "client_id", "must have 1 to 64 characters");
    }
    return query_end(rq);
}

enum err message_fields_read(struct request *rq, struct post *out)
{
    struct fields f;
    fields_begin(&f, rq);
    *out = (struct post){.group = rq->group, .body = message_fields_body(&f)};
    if (!field_is_null(&f, "client_id")) {
        out->client_id = field_str(&f, "client_id", FIELD_OPTIONAL, 1, CLIENT_ID_MAX);
    }
    if (!field_is_null(&f, "reply_to")) {
        out->reply_to = field_int(&f, "reply_to", FIELD_OPTIONAL, 1, JSON_MAX_INT, 0);
    }
    return fields_end(&f);
}
