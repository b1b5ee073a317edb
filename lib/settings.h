/* Settings: defaults, then the file (ini without sections), then --set, each over the one
 * before. Read once at start, constant afterwards. Command line: see settings_command_line.
 * A line of the file has less than 199 bytes; a list may go on in indented lines. */
#ifndef MOOTHALL_LIB_SETTINGS_H
#define MOOTHALL_LIB_SETTINGS_H

#include "lib/str.h"

struct rate {
    double per_second;
    double burst;
};

#define SETTING_FIELD_TEXT const char *
#define SETTING_FIELD_LIST const char *
#define SETTING_FIELD_INT  int64_t
#define SETTING_FIELD_RATE struct rate

struct settings {
#define SETTING(name, type, def, who, what) SETTING_FIELD_##type name;
#include "lib/settings.def"
#undef SETTING
};

/* What every daemon and moothall-ctl do first. Takes --config FILE, --set NAME=VALUE,
 * --help, --version, --sample out of argv; *rest is the first argument that is none of
 * these (index into argv; argc if there is none). Texts live to the end of the process.
 * Exits with 0 after --help, --version, --sample, with 2 and one line on stderr on a bad
 * argument, file, name or value. usage: what stands after the program's name in --help. */
void settings_command_line(struct settings *s, int argc, char **argv, int *rest,
                           const char *usage);

/* Goes through a LIST: *at starts as the setting's text. False at the end. */
bool settings_list_next(struct str *at, struct str *item);
bool settings_list_has(const char *list, struct str item);
/* The own origins: origins, or else that of public_url. */
bool settings_is_own_origin(const struct settings *s, struct str origin);
/* public_url begins with https: */
bool settings_is_https(const struct settings *s);

must_check bool settings_parse_rate(struct str text, struct rate *out);

#endif
