#include "api/handlers/message_fields.h"

#include "lib/utf8.h"

enum {
    BODY_MAX = 8000,       /* characters, trimmed */
    BODY_SENT_MAX = 65536, /* with what is trimmed for counting */
    CLIENT_ID_MAX = 64,    /* characters */
};

struct str message_fields_body(struct fields *f)
{
    struct str body = field_str(f, "body", FIELD_REQUIRED, 0, BODY_SENT_MAX);
    if (body.ptr == NULL) {
        return body;
    }
    size_t count = utf8_count(utf8_trim(body));
    if (count == 0) {
        field_refuse(f, "body", "is blank");
    } else if (count > BODY_MAX) {
        field_refuse(f, "body", "must have at most 8000 characters");
    }
    return body;
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
