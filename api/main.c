/* moothall-api: starts the parts in the order of who needs whom, waits for a signal, and
 * stops them in the reverse order. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/accept.h"
#include "api/app.h"
#include "api/bus/inbox.h"
#include "api/bus/publisher.h"
#include "api/control.h"
#include "api/fcgi.h"
#include "api/hasher.h"
#include "api/limits.h"
#include "api/store/invite_key.h"
#include "api/store/links.h"
#include "api/store/reaper.h"
#include "api/worker.h"
#include "config.h"
#include "lib/crypto.h"
#include "lib/id.h"
#include "lib/log.h"
#include "lib/wire.h"

enum {
    OWN_JOBS_MAX = 100, /* of the api itself: sessions touched, probes, reaping */
    STOP_MAX_S = 5,
    FILES_MAX = 8192,
};

static sigset_t block_signals(void)
{
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    sigaddset(&stop, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &stop, NULL); /* before any thread: all inherit it */
    signal(SIGPIPE, SIG_IGN);
    return stop;
}

/* Until there is an admin, each start prints a link that makes one. */
static void print_first_admin_link(struct app *app)
{
    struct arena *arena = arena_create();
    char code[LINK_CODE_SIZE];
    bool needed = false;
    if (links_admin_needed(app->settings->database, &needed) == E_OK && needed &&
        links_make_admin(app->writer, arena, code) == E_OK) {
        printf("one-time admin link: %s/admin-link/%s\n", app->settings->public_url,
               code);
        fflush(stdout);
    }
    arena_destroy(arena);
}

/* Connections, and two or three files a reader. */
static void raise_file_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        rlim_t enough = limit.rlim_max < FILES_MAX ? limit.rlim_max : FILES_MAX;
        if (limit.rlim_cur < enough) {
            limit.rlim_cur = enough;
            (void)setrlimit(RLIMIT_NOFILE, &limit);
        }
    }
}

/* What runs is finished first; but a disk that hangs must not make us hang. What was
 * committed is safe, and the rest was answered to nobody. */
static void *end_by_force(void *arg)
{
    (void)arg;
    sleep(STOP_MAX_S);
    log_error("api.killed", "why=slow_stop");
    _exit(1);
}

static void limit_stop(void)
{
    pthread_t thread;
    if (pthread_create(&thread, NULL, end_by_force, NULL) == 0) {
        pthread_detach(thread);
    }
}

static const char *check_numbers(const struct settings *s)
{
    if (s->workers < 2 || s->workers > 4096) {
        return "workers: from 2 to 4096";
    }
    if (s->write_waiters < 1 || s->write_waiters >= s->workers) {
        return "write_waiters: at least 1, and fewer than workers";
    }
    if (s->hash_threads < 1 || s->hash_threads > 64) {
        return "hash_threads: from 1 to 64";
    }
    return s->hash_waiters < 1 || s->hash_waiters > 4096
               ? "hash_waiters: from 1 to 4096"
               : NULL;
}

static int run(const struct settings *s, const sigset_t *stop)
{
    struct app app = {.settings = s};
    struct acceptor *acceptor = NULL;
    struct control *control = NULL;
    struct inbox *inbox = NULL;
    struct workers *workers = NULL;
    char boot[WIRE_WORD_SIZE];
    id_random_word(boot, sizeof(boot));

    enum err e = invite_key_load(s->invite_key, app.invite_key);
    if (e == E_OK) {
        app.publisher = publisher_create(s, boot);
        struct writer_options options = {.database = s->database,
                                         .bound = (size_t)s->write_waiters +
                                                  INBOX_SENDS_MAX + OWN_JOBS_MAX,
                                         .waiters = (size_t)s->write_waiters,
                                         .committed = publisher_committed,
                                         .arg = app.publisher};
        e = writer_start(&app.writer, &options);
    }
    if (e == E_OK) {
        app.limits = limits_create(s);
        app.hasher = hasher_start((size_t)s->hash_threads, (size_t)s->hash_waiters);
        e = publisher_start(app.publisher);
    }
    if (e == E_OK) {
        e = inbox_start(&inbox, &app, boot);
    }
    if (e == E_OK) {
        e = control_start(&control, &app);
    }
    if (e == E_OK) {
        e = acceptor_open(&acceptor, s->api_socket);
    }
    if (e == E_OK) {
        workers = workers_start(&app, acceptor, (size_t)s->workers);
        print_first_admin_link(&app);
        reaper_kick(app.writer);
        log_info("api.started", "boot=%s version=%s", boot, PACKAGE_VERSION);
        int signal_number = 0;
        sigwait(stop, &signal_number);
        log_info("api.stopping", "signal=%d", signal_number);
        limit_stop();
        acceptor_stop(acceptor);
    }
    workers_join(workers);
    control_stop(control);
    inbox_stop(inbox);
    writer_stop(app.writer); /* commits what waits … */
    inbox_destroy(inbox);
    publisher_destroy(app.publisher); /* … and this one still publishes it */
    hasher_stop(app.hasher);
    limits_destroy(app.limits);
    acceptor_close(acceptor);
    log_info("api.stopped", "code=%s", err_code(e));
    return e == E_OK ? 0 : 1;
}

int main(int argc, char **argv)
{
    static struct settings settings; /* its texts are never freed */
    int rest = 0;
    settings_command_line(&settings, argc, argv, &rest, "");
    if (rest != argc) {
        fprintf(stderr, "%s: there are no arguments but settings; see --help\n",
                argv[0]);
        return 2;
    }
    enum log_level level = LOG_INFO;
    if (!log_level_parse(str_of(settings.log_level), &level)) {
        fprintf(stderr, "%s: log_level: %s is none\n", argv[0], settings.log_level);
        return 2;
    }
    log_set_level(level);
    const char *wrong = check_numbers(&settings);
    if (wrong != NULL) {
        fprintf(stderr, "%s: %s\n", argv[0], wrong);
        return 2;
    }
    raise_file_limit();
    umask(0077); /* the database is nobody else's */
    sigset_t stop = block_signals();
    crypto_init();
    fcgi_init();
    return run(&settings, &stop);
}
