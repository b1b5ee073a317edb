#include "api/problem.h"

enum err request_refuse(struct request *rq, const char *field, const char *message)
{
    struct field_error *error = arena_alloc(rq->arena, sizeof(*error));
    *error = (struct field_error){.field = field, .message = message};
    struct field_error **end = &rq->errors;
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = error;
    return E_BAD_REQUEST;
}

void problem_write(struct buf *out, const struct request *rq, enum err e)
{
    struct json_writer w;
    json_begin(&w, out);
    json_object_begin(&w);
    json_member_str(&w, "type", STR("about:blank"));
    json_member_str(&w, "title", str_of(err_title(e)));
    json_member_int(&w, "status", err_status(e));
    json_member_str(&w, "code", str_of(err_code(e)));
    json_member_str(&w, "detail",
                    str_of(rq->detail != NULL ? rq->detail : err_title(e)));
    json_member_str(&w, "instance", str_of(rq->id));
    if (e == E_BAD_REQUEST) {
        json_key(&w, "errors");
        json_array_begin(&w);
        for (const struct field_error *f = rq->errors; f != NULL; f = f->next) {
            json_object_begin(&w);
            json_member_str(&w, "field", str_of(f->field));
            json_member_str(&w, "message", str_of(f->message));
            json_object_end(&w);
        }
        json_array_end(&w);
    }
    json_object_end(&w);
}
