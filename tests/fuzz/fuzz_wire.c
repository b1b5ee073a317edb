/* What the readers of wire messages take is what the writers would have written. */
#include "lib/wire.h"
#include "tests/fuzz/fuzz.h"

/* A header that is read to its end without a fault is the message, word for word. */
static void read_words(struct str message)
{
    struct wire_reader w = wire_read(message);
    if (!w.ok) {
        return;
    }
    struct buf again = BUF_INIT((size_t)1 << 24);
    wire_begin(&again);
    while (w.words.ptr != NULL) {
        wire_word(&again, wire_next(&w));
    }
    wire_body(&again, w.body);
    must(!w.ok || str_eq(buf_view(&again), message));
    buf_finish(&again);
}

static void read_items(struct str message)
{
    struct wire_reader w = wire_read(message);
    struct wire_item item;
    int64_t sum = wire_next_id(&w) / 2;
    sum += wire_next_int(&w) / 2;
    while (wire_item(&w, &item)) {
        must(item.name.len + item.value.len <= message.len);
        sum ^= (int64_t)item.name.len;
    }
    must(w.ok || !wire_item(&w, &item));
    (void)sum;
}

static void read_envelope(struct str message)
{
    struct envelope e;
    struct envelope again;
    if (!envelope_read(message, &e)) {
        return;
    }
    must(e.epoch.len > 0 && e.seq >= 0 && e.drop >= 0 && e.frame.len > 0);
    struct buf b = BUF_INIT((size_t)1 << 24);
    envelope_write(&b, &e);
    must(buf_ok(&b) && envelope_read(buf_view(&b), &again));
    must(str_eq(e.epoch, again.epoch) && e.seq == again.seq && e.drop == again.drop);
    must(str_eq(e.voids, again.voids) && e.gone == again.gone);
    must(str_eq(e.frame, again.frame) && str_eq(e.plain_text, again.plain_text));
    buf_finish(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    struct str message = {(const char *)bytes, len};
    read_words(message);
    read_items(message);
    read_envelope(message);
    return 0;
}
