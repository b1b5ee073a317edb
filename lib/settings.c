/* The table of settings, their file (inih) and the command line. */
#include "lib/settings.h"

#include <ini.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "config.h"
#include "lib/arena.h"

enum type { TEXT, LIST, INT, RATE };

static const struct row {
    const char *name;
    enum type type;
    const char *def;
    const char *who;
    const char *what;
    size_t offset;
} rows[] = {

#define SETTING(name, type, def, who, what)                                            \
    {#name, type, def, who, what, offsetof(struct settings, name)},
#include "lib/settings.def"
#undef SETTING
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]), INT_SETTING_MAX = 1000000000 };

static const char *const type_names[] = {"text", "list", "number", "N/s|m|h:BURST"};

bool settings_parse_rate(struct str text, struct rate *out)
{
    struct str count;
    struct str unit;
    int64_t n = 0;
    int64_t burst = 0;
    if (!str_cut(&text, '/', &count) || !str_cut(&text, ':', &unit) || unit.len != 1 ||
        !str_to_i64(count, &n) || n < 1 || text.ptr == NULL ||
        !str_to_i64(text, &burst) || burst < 1) {
        return false;
    }
    double seconds = unit.ptr[0] == 's' ? 1 : unit.ptr[0] == 'm' ? 60 : 3600;
    if (!str_has_char(STR("smh"), unit.ptr[0])) {
        return false;
    }
    *out = (struct rate){(double)n / seconds, (double)burst};
    return true;
}

/* Texts live to the end of the process, those that another one replaced as well. */
static struct arena *texts(void)
{
    static struct arena *arena;
    if (arena == NULL) {
        arena = arena_create();
    }
    return arena;
}

/* NULL, or what is wrong with the value. */
static const char *assign(struct settings *s, const struct row *row, struct str value)
{
    char *field = (char *)s + row->offset;
    int64_t n = 0;
    switch (row->type) {
    case TEXT:
    case LIST: {
        const char *copy = arena_cstr(texts(), value);
        memcpy(field, &copy, sizeof(copy));
        return NULL;
    }
    case INT:
        if (!str_to_i64(value, &n) || n < 0 || n > INT_SETTING_MAX) {
            return "is not a number up to 1000000000";
        }
        memcpy(field, &n, sizeof(n));
        return NULL;
    case RATE: {
        struct rate rate;
        if (!settings_parse_rate(value, &rate)) {
            return "is not a rate like 20/s:200";
        }
        memcpy(field, &rate, sizeof(rate));
        return NULL;
    }
    }
    return NULL;
}

static const struct row *find_row(struct str name)
{
    for (size_t i = 0; i < ROWS; i++) {
        if (str_eq(name, str_of(rows[i].name))) {
            return &rows[i];
        }
    }
    return NULL;
}

static const char *set(struct settings *s, struct str name, struct str value)
{
    const struct row *row = find_row(name);
    return row != NULL ? assign(s, row, value) : "is not a setting";
}

static const char *add(struct settings *s, struct str name, struct str value)
{
    const struct row *row = find_row(name);
    if (row == NULL || row->type != LIST) {
        return "goes on in a second line; only lists may";
    }
    const char *before;
    memcpy(&before, (char *)s + row->offset, sizeof(before));
    return assign(s, row, arena_printf(texts(), "%s %.*s", before, STR_ARGS(value)));
}

static _Noreturn void refuse(const char *program, const char *where, struct str name,
                             const char *why)
{
    fprintf(stderr, "%s: %s: %.*s %s\n", program, where, STR_ARGS(name), why);
    exit(2);
}

struct file_reader {
    struct settings *settings;
    const char *program;
    const char *path;
    FILE *file;
    int line;
    bool indented;            /* this line is; so it goes on with the one before */
    const struct row *newest; /* of the line before; NULL: none */
};

static _Noreturn void refuse_line(const struct file_reader *r, int number,
                                  const char *why)
{
    char line[32];
    snprintf(line, sizeof(line), "line %d", number);
    refuse(r->program, r->path, str_of(line), why);
}

/* inih has lines of a bounded length; it would take the rest of one for the next. */
static char *read_line(char *line, int size, void *user)
{
    struct file_reader *r = user;
    r->line++;
    char *got = fgets(line, size, r->file);
    if (got != NULL && strlen(line) + 1 == (size_t)size && line[size - 2] != '\n') {
        refuse_line(r, r->line, "is too long; a list may go on in an indented line");
    }
    r->indented = got != NULL && (line[0] == ' ' || line[0] == '\t');
    return got;
}

static int take_line(void *user, const char *section, const char *name,
                     const char *value)
{
    struct file_reader *r = user;
    if (section[0] != '\0') {
        refuse(r->program, r->path, str_of(section), "is a section; there are none");
    }
    bool more = r->indented && r->newest != NULL &&
                str_eq(str_of(name), str_of(r->newest->name));
    const char *why = more ? add(r->settings, str_of(name), str_of(value))
                           : set(r->settings, str_of(name), str_of(value));
    if (why != NULL) {
        refuse(r->program, r->path, str_of(name), why);
    }
    r->newest = find_row(str_of(name));
    return 1;
}

static void read_file(struct settings *s, const char *program, const char *path)
{
    struct file_reader r = {.settings = s, .program = program, .path = path};
    r.file = fopen(path, "re");
    int rc = r.file != NULL ? ini_parse_stream(read_line, &r, take_line, &r) : -1;
    if (rc < 0 || ferror(r.file)) {
        refuse(program, path, STR("the file"), "cannot be read");
    }
    fclose(r.file);
    if (rc > 0) {
        refuse_line(&r, rc, "is not NAME = VALUE");
    }
}

static void print_help(const char *program, const char *usage)
{
    printf("usage: %s [--config FILE] [--set NAME=VALUE]… %s\n"
           "       %s --help | --version | --sample\n\nSettings:\n",
           program, usage, program);
    for (size_t i = 0; i < ROWS; i++) {
        printf("  %-22s %s (%s; %s)\n", rows[i].name, rows[i].what,
               type_names[rows[i].type],
               rows[i].def[0] != '\0' ? rows[i].def : "empty");
    }
}

static void print_sample(void)
{
    printf("# Settings of Moothall; each line shows the default.\n");
    for (size_t i = 0; i < ROWS; i++) {
        printf("\n# %s (%s; used by: %s)\n#%s = %s\n", rows[i].what,
               type_names[rows[i].type], rows[i].who, rows[i].name, rows[i].def);
    }
}

static void set_defaults(struct settings *s)
{
    memset(s, 0, sizeof(*s));
    for (size_t i = 0; i < ROWS; i++) {
        const char *why = assign(s, &rows[i], str_of(rows[i].def));
        if (why != NULL) {
            refuse("settings", "default", str_of(rows[i].name), why);
        }
    }
}

/* As browsers write it, since theirs are compared with it. */
static bool is_origin(struct str url)
{
    struct str scheme;
    if (!str_cut(&url, ':', &scheme) || !str_starts(url, STR("//")) || url.len == 2 ||
        (!str_eq(scheme, STR("http")) && !str_eq(scheme, STR("https")))) {
        return false;
    }
    for (size_t i = 2; i < url.len; i++) {
        if (!str_has_char(STR("abcdefghijklmnopqrstuvwxyz0123456789.-_:[]"),
                          url.ptr[i])) {
            return false;
        }
    }
    return true;
}

static void check(const struct settings *s, const char *program)
{
    struct str who = str_of(s->registration);
    if (!str_eq(who, STR("open")) && !str_eq(who, STR("invite")) &&
        !str_eq(who, STR("closed"))) {
        refuse(program, "registration", who, "is not open, invite or closed");
    }
    if (!is_origin(str_of(s->public_url))) {
        refuse(program, "public_url", str_of(s->public_url),
               "is not http(s)://HOST[:PORT] in lower case");
    }
}

static const char *argument(int argc, char **argv, int *i)
{
    if (*i + 1 >= argc) {
        refuse(argv[0], argv[*i], STR("a value"), "is missing");
    }
    *i += 2;
    return argv[*i - 1];
}

void settings_command_line(struct settings *s, int argc, char **argv, int *rest,
                           const char *usage)
{
    set_defaults(s);
    const char *config = NULL;
    for (int pass = 0; pass < 2;
         pass++) { /* the file first, wherever --config stands */
        int i = 1;
        while (i < argc && argv[i][0] == '-') {
            struct str arg = str_of(argv[i]);
            if (str_eq(arg, STR("--config"))) {
                config = argument(argc, argv, &i);
            } else if (str_eq(arg, STR("--set"))) {
                struct str value = str_of(argument(argc, argv, &i));
                struct str name = STR("");
                (void)str_cut(&value, '=', &name);
                const char *why = value.ptr == NULL ? "has no =VALUE"
                                  : pass == 1       ? set(s, name, value)
                                                    : NULL;
                if (why != NULL) {
                    refuse(argv[0], "--set", name, why);
                }
            } else if (str_eq(arg, STR("--help"))) {
                print_help(argv[0], usage);
                exit(0);
            } else if (str_eq(arg, STR("--version"))) {
                printf("moothall %s\n", PACKAGE_VERSION);
                exit(0);
            } else if (str_eq(arg, STR("--sample"))) {
                print_sample();
                exit(0);
            } else {
                refuse(argv[0], "argument", arg, "is unknown; see --help");
            }
        }
        *rest = i;
        if (pass == 0 && config != NULL) {
            read_file(s, argv[0], config);
        }
    }
    check(s, argv[0]);
}

bool settings_list_next(struct str *at, struct str *item)
{
    while (str_cut(at, ' ', item)) {
        if (item->len > 0) {
            return true;
        }
    }
    return false;
}

bool settings_list_has(const char *list, struct str item)
{
    struct str at = str_of(list);
    struct str one;
    while (settings_list_next(&at, &one)) {
        if (str_eq(one, item)) {
            return true;
        }
    }
    return false;
}

bool settings_is_own_origin(const struct settings *s, struct str origin)
{
    return s->origins[0] != '\0' ? settings_list_has(s->origins, origin)
                                 : str_eq(str_of(s->public_url), origin);
}

bool settings_is_https(const struct settings *s)
{
    return str_starts(str_of(s->public_url), STR("https:"));
}
