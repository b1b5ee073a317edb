/* moothall-relay: one loop that carries events from Redis to WebSockets. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "config.h"
#include "lib/clock.h"
#include "lib/crypto.h"
#include "lib/id.h"
#include "lib/log.h"
#include "lib/mem.h"
#include "relay/address.h"
#include "relay/channel.h"
#include "relay/client.h"
#include "relay/command.h"
#include "relay/control.h"
#include "relay/heal.h"
#include "relay/hear.h"

enum {
    TICK_MS = 1000,
    DRAIN_STEP_MS = 50,
    LAST_CLOSES_MS = 2500,
    ADDRESSES_EACH_S = 60
};

/* What only main knows: how it ends. */
struct stopping {
    struct relay *relay;
    struct timer *drain;
    int64_t steps_left; /* of the drain */
    int64_t until_ms;   /* then it ends, whoever is still there */
};

static void tick(void *arg)
{
    struct relay *r = arg;
    hear_tick(r);
    clients_tick(r);
    channels_tick(r);
    control_tick(r);
    if (r->seconds % ADDRESSES_EACH_S == 0) {
        addresses_tick(r);
    }
}

/* An equal part of those who are left at each step: they come back spread out. */
static void drain(void *arg)
{
    struct stopping *s = arg;
    struct relay *r = s->relay;
    size_t left = 0;
    struct client *c;
    struct client *next;
    HASH_ITER(hh, r->clients, c, next)
    {
        left += c->state != CLIENT_CLOSING;
    }
    size_t now = s->steps_left > 0 ? left / (size_t)s->steps_left : left;
    now = now == 0 && left > 0 ? 1 : now;
    s->steps_left--;
    HASH_ITER(hh, r->clients, c, next)
    {
        if (now > 0 && c->state != CLIENT_CLOSING) {
            client_close(c, WS_RESTART, "restarting");
            now--;
        }
    }
    if (r->clients == NULL || clock_mono_ms() > s->until_ms) {
        loop_stop(r->loop);
    }
}

static void stop(void *arg)
{
    struct stopping *s = arg;
    struct relay *r = s->relay;
    if (r->stopping) {
        return;
    }
    log_info("relay.stopping", "clients=%u drain_s=%lld", HASH_COUNT(r->clients),
             (long long)r->settings->drain);
    r->stopping = true;
    ws_stop_listening(r->ws);
    s->steps_left = r->settings->drain * 1000 / DRAIN_STEP_MS;
    s->until_ms = clock_mono_ms() + r->settings->drain * 1000 + LAST_CLOSES_MS;
    timer_repeat(s->drain, DRAIN_STEP_MS);
    drain(s);
}

static void name_relay(struct relay *r)
{
    struct str given = str_of(r->settings->relay_name);
    if (given.len > 0 && given.len < sizeof(r->name) && !str_has_char(given, ' ')) {
        memcpy(r->name, given.ptr, given.len);
    } else {
        id_random_word(r->name, sizeof(r->name));
    }
}

static int run(const struct settings *settings)
{
    struct relay r = {.settings = settings, .deaf = true};
    struct stopping stopping = {.relay = &r};
    name_relay(&r);
    r.loop = loop_create();
    r.wheel = mem_array((size_t)settings->ping, sizeof(struct client *));
    r.heal = heal_create(&r);
    struct bus_events heard = {.arg = &r,
                               .message = hear_message,
                               .subscribed = hear_subscribed,
                               .state = hear_state};
    r.bus = bus_create(r.loop, settings->redis, &heard);
    r.asks = asks_create(r.loop, r.bus, r.name);
    hear_start(&r);
    struct ws_events events = {.arg = &r,
                               .handshake = clients_handshake,
                               .opened = clients_opened,
                               .received = command_received,
                               .writable = clients_writable,
                               .closed = clients_closed};
    enum err e = ws_open(&r.ws, r.loop, settings->relay_socket, &events);
    stopping.drain = timer_create_on(r.loop, drain, &stopping);
    struct timer *ticker = timer_create_on(r.loop, tick, &r);
    struct signal_watch *on_term =
        signal_watch_create(r.loop, SIGTERM, stop, &stopping);
    struct signal_watch *on_int = signal_watch_create(r.loop, SIGINT, stop, &stopping);
    if (e == E_OK) {
        timer_repeat(ticker, TICK_MS);
        log_info("relay.started", "name=%s socket=%s version=%s", r.name,
                 settings->relay_socket, PACKAGE_VERSION);
        loop_run(r.loop);
    }
    r.stopping = true;
    ws_destroy(r.ws);
    bus_destroy(r.bus);
    asks_destroy(r.asks);
    channels_destroy(&r);
    control_tick(&r);
    addresses_tick(&r);
    heal_destroy(r.heal);
    signal_watch_destroy(on_term);
    signal_watch_destroy(on_int);
    timer_destroy(stopping.drain);
    timer_destroy(ticker);
    free(r.wheel);
    loop_destroy(r.loop);
    log_info("relay.stopped", "code=%s", err_code(e));
    return e == E_OK ? 0 : 1;
}

int main(int argc, char **argv)
{
    struct settings settings;
    int rest = 0;
    settings_command_line(&settings, argc, argv, &rest, "");
    enum log_level level = LOG_INFO;
    if (rest != argc || !log_level_parse(str_of(settings.log_level), &level) ||
        settings.ping < 1) {
        fprintf(stderr,
                "%s: there are no arguments but settings; log_level is debug, info, "
                "warn or error; ping is at least 1\n",
                argv[0]);
        return 2;
    }
    log_set_level(level);
    signal(SIGPIPE, SIG_IGN);
    crypto_init();
    return run(&settings);
}
