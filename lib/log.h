/* Logs: one logfmt line an event on stderr: ts lvl evt, then the pairs of the format.
 * Never bodies, tokens, cookies or addresses. Control bytes are written as '?'.
 * warn: someone should look today. error: something broke its promise. Any thread. */
#ifndef MOOTHALL_LIB_LOG_H
#define MOOTHALL_LIB_LOG_H

#include "lib/str.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

void log_set_level(enum log_level level);
must_check bool log_level_parse(struct str name, enum log_level *out);
/* event: a dotted past-tense name, "request.served". format: "key=%s other=%d" */
void log_event(enum log_level level, const char *event, const char *format, ...)
    printf_like(3, 4);

#define log_debug(event, ...) log_event(LOG_DEBUG, event, __VA_ARGS__)
#define log_info(event, ...)  log_event(LOG_INFO, event, __VA_ARGS__)
#define log_warn(event, ...)  log_event(LOG_WARN, event, __VA_ARGS__)
#define log_error(event, ...) log_event(LOG_ERROR, event, __VA_ARGS__)

#endif
