/* What a beat says: the heads of the groups in which something happened of late, or "all"
 * when that is too much to name, or when something may have been lost on its way. */
#ifndef MOOTHALL_API_BUS_BEAT_H
#define MOOTHALL_API_BUS_BEAT_H

#include "lib/buf.h"

struct beat;

struct beat *beat_create(const char *boot);
void beat_destroy(struct beat *b);

/* The head moved. now_ms: monotonic. */
void beat_note(struct beat *b, int64_t group, int64_t head, int64_t now_ms);
/* From now on beats say "all", until beat_heard with the number of one of them. */
void beat_note_loss(struct beat *b);
/* The next beat; returns its number. */
int64_t beat_write(struct beat *b, struct buf *out, const char *epoch, int64_t now_ms);
/* Redis has taken this one. */
void beat_heard(struct beat *b, int64_t number);

#endif
