/* What crosses Redis between api and relay, and nothing else does.
 *
 * A message is one header line of words, then a body of any bytes (may be empty):
 *
 *     word SP word SP word … LF body
 *
 * A word is 1 or more bytes without space, control or LF; "-" stands for an absent one;
 * "name=value" is an option and may come in any order after the positional words.
 * Unknown options are ignored (a newer peer may send them). The first word is the
 * version, "1": any other version is not understood and dropped with a log line.
 *
 * Channels, and what is published there:
 *
 *   group:<id>      1 EPOCH SEQ|- [drop=USER] [void=SEQ,SEQ…] [gone] [plain=N]   body: frame
 *   user:<id>       1 EPOCH -                                                    body: frame
 *   control         1 EPOCH [session=ID] … [user=ID] …
 *   beat            1 EPOCH BOOT NUMBER [all] [GROUP:HEAD …]
 *   ask:<boot>      1 RELAY NUMBER DEADLINE_MS VERB …        see below
 *   answer:<relay>  1 NUMBER CODE …                          CODE: "ok" or a code of err.def
 *
 * A frame is one finished line of the client protocol, {"push":{…}}, without LF.
 * DEADLINE_MS is relative: after it nobody waits for the answer any more.
 *
 *   VERB     words of the ask                          answer when CODE is ok
 *   session  bearer|cookie, body: the credential       user=ID session=ID expires_ms=N|-1
 *                                                      [group=ID] (a token for one group)
 *                                                      body: {"id","display_name"} of the user
 *   listen   SESSION USER GROUP …                      EPOCH GROUP:HEAD|GROUP:no …
 *            (at most WIRE_MAX_GROUPS)
 *   send     SESSION USER GROUP, body: the data        -
 *            {"body","client_id","reply_to"?}
 *   tail     GROUP AFTER MAX_COUNT MAX_BYTES           EPOCH HEAD COUNT, body: COUNT times
 *                                                      LEN LF envelope (LEN bytes); fewer
 *                                                      than asked for when a bound was met
 *   heads    GROUP …                                   EPOCH GROUP:HEAD|GROUP:gone …
 *   standing body: lines SESSION USER GROUP …          EPOCH, body: lines of what fell only:
 *            (sessions ≤ 256, groups ≤ 4096 in all)    "SESSION ended" | "SESSION lost GROUP …"
 *
 * listen, tail, heads and standing read in one transaction each: heads are true together
 * with what is said about membership. */
#ifndef MOOTHALL_LIB_WIRE_H
#define MOOTHALL_LIB_WIRE_H

#include "lib/buf.h"
#include "lib/str.h"

enum {
    WIRE_MAX_GROUPS = 1000,   /* in one listen or heads ask, and in a beat */
    WIRE_MAX_BYTES = 1 << 20, /* of one message */
    WIRE_ASK_DEADLINE_MS = 2000,
    WIRE_BEAT_INTERVAL_MS = 1000,
    WIRE_BEAT_WINDOW_MS = 5000, /* a beat names the heads that moved in this time */
    WIRE_BEAT_LOST_MS = 3000,   /* without a beat for so long a relay cannot hear */
    WIRE_CONTROL_KEEP_MS = 15000,
    WIRE_WORD_SIZE = 17, /* of epochs, boots, relay names: at most 16 characters */
};

/* "group:", "user:", "ask:", "answer:" + name */
enum { WIRE_CHANNEL_SIZE = 32 };

void wire_channel(char out[WIRE_CHANNEL_SIZE], const char *kind, const char *name);

/* Writing: any words, then the body. Sticky through the buf. */
void wire_begin(struct buf *b); /* writes the version */
void wire_word(struct buf *b, struct str word);
void wire_id(struct buf *b, int64_t id);
void wire_int(struct buf *b, int64_t v);
void wire_option(struct buf *b, const char *name, struct str value);
void wire_option_id(struct buf *b, const char *name, int64_t id);
void wire_option_int(struct buf *b, const char *name, int64_t v);
void wire_pair(struct buf *b, int64_t id, struct str value); /* ID:value */
void wire_body(struct buf *b, struct str body);              /* ends the header; last */

/* Reading: sticky; check w.ok once, after the last positional word. */
struct wire_reader {
    struct str words; /* what is left of the header */
    struct str body;
    bool ok;
};
struct wire_reader
wire_read(struct str message); /* ok = false: not version 1, or cut off in its header */
struct str wire_next(struct wire_reader *w);
int64_t wire_next_id(struct wire_reader *w);
int64_t wire_next_int(struct wire_reader *w);

/* The rest of the words one by one: a flag ("all"), an option (value != "") or a pair
 * "ID:value" (its name is the id's text). False at the end. */
struct wire_item {
    struct str name;
    struct str value; /* ptr NULL for a flag */
};

bool wire_item(struct wire_reader *w, struct wire_item *out);

/* Of an envelope: the whole contract of group:<id> and user:<id>. */
struct envelope {
    struct str epoch;
    int64_t seq;      /* 0: ephemeral */
    int64_t drop;     /* user id, 0: nobody */
    struct str voids; /* "3,17" or empty */
    bool gone;
    int64_t plain; /* bytes at the end of the body that are the plain line; 0: none */
    struct str frame;
    struct str plain_text;
};

void envelope_write(struct buf *b, const struct envelope *e);
must_check bool envelope_read(struct str message, struct envelope *out);

#endif
