#include "api/handlers/invite_words.h"

#include "api/app.h"
#include "api/handlers/invites.h"

static void put_how_to_join(struct buf *out, const char *url, struct str code)
{
    buf_printf(
        out,
        "To join, open this address in a browser, or:\n"
        "\n"
        "  curl -d '{\"display_name\": \"YOUR NAME\"}' \\\n"
        "       -H 'Content-Type: application/json' \\\n"
        "       %s/api/v1/invites/%.*s/accept\n"
        "\n"
        "The answer holds a token and the group's id. With them, read and write:\n"
        "\n"
        "  curl -H 'Authorization: Bearer TOKEN' \\\n"
        "       %s/api/v1/groups/GROUP/messages\n"
        "  curl -H 'Authorization: Bearer TOKEN' \\\n"
        "       -H 'Content-Type: application/json' -d '{\"body\": \"Hello\"}' \\\n"
        "       %s/api/v1/groups/GROUP/messages\n",
        url, STR_ARGS(code), url, url);
}

enum err invite_words_get(struct request *rq, struct response *rs)
{
    struct invite i;
    struct group g;
    enum err e = invites_read_preview(rq, &i, &g);
    if (e != E_OK) {
        return e;
    }
    rs->type = "text/plain; charset=utf-8";
    struct buf *out = &rs->body;
    buf_printf(out, "%.*s invites you to \"%.*s\", a group of %lld.\n",
               STR_ARGS(i.created_by.display_name), STR_ARGS(g.name),
               (long long)g.member_count);
    enum err state = invite_check(&i, rq->now_ms);
    if (state == E_OK) {
        put_how_to_join(out, rq->app->settings->public_url, rq->code);
    } else {
        buf_printf(out, "%s.\n", err_title(state));
    }
    return E_OK;
}
