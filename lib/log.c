#include "lib/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/clock.h"

static _Atomic int threshold = LOG_INFO;
static const char *const names[] = {"debug", "info", "warn", "error"};

void log_set_level(enum log_level level)
{
    atomic_store(&threshold, (int)level);
}

bool log_level_parse(struct str name, enum log_level *out)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (str_eq(name, str_of(names[i]))) {
            *out = (enum log_level)i;
            return true;
        }
    }
    return false;
}

void log_event(enum log_level level, const char *event, const char *format, ...)
{
    if ((int)level < atomic_load(&threshold)) {
        return;
    }
    char line[1024];
    char when[CLOCK_RFC3339_SIZE];
    clock_format(clock_wall_ms(), when);
    int head =
        snprintf(line, sizeof(line), "ts=%s lvl=%s evt=%s ", when, names[level], event);
    size_t len = head < 0 ? 0 : (size_t)head;
    va_list args;
    va_start(args, format);
    int rest = vsnprintf(line + len, sizeof(line) - len, format, args);
    va_end(args);
    len += rest < 0 ? 0 : (size_t)rest;
    if (len > sizeof(line) - 1) {
        len = sizeof(line) - 1;
    }
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f) {
            line[i] = '?';
        }
    }
    line[len++] = '\n';
    /* A log that cannot be written must not stop the service. */
    ssize_t ignored = write(STDERR_FILENO, line, len);
    (void)ignored;
}
