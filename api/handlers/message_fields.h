/* The members of a message as it is sent, whether by POST or over the socket: one check
 * of their form for both. */
#ifndef MOOTHALL_API_HANDLERS_MESSAGE_FIELDS_H
#define MOOTHALL_API_HANDLERS_MESSAGE_FIELDS_H

#include "api/http.h"
#include "api/store/posting.h"

/* rq->group and rq->body → *out. E_BAD_REQUEST with rq's field errors. */
must_check enum err message_fields_read(struct request *rq, struct post *out);
/* The same of a text/plain body, less one newline at its end; client_id from the query. By
 * a bearer only: E_UNSUPPORTED_MEDIA_TYPE with a cookie. */
bool message_fields_is_plain(const struct request *rq);
must_check enum err message_fields_read_plain(struct request *rq, struct post *out);
/* A body that may be a message: 1 to 8000 characters, counted without the blanks around
 * it. Refuses it in f otherwise. Stored as it was sent. */
struct str message_fields_body(struct fields *f);

#endif
