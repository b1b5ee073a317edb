#include "api/handlers/health.h"

#include "api/app.h"
#include "api/bus/publisher.h"
#include "config.h"

enum err health_get(struct request *rq, struct response *rs)
{
    bool writable = writer_is_healthy(rq->app->writer);
    if (!writable) {
        writer_probe(rq->app->writer); /* the next one may find it well again */
        rq->detail = "The database cannot be written";
        return E_UNAVAILABLE;
    }
    bool redis = publisher_redis_ok(rq->app->publisher);
    json_object_begin(&rs->json);
    json_member_str(&rs->json, "status", redis ? STR("ok") : STR("degraded"));
    json_member_str(&rs->json, "version", STR(PACKAGE_VERSION));
    json_member_str(&rs->json, "database", STR("ok"));
    json_member_str(&rs->json, "redis", redis ? STR("ok") : STR("away"));
    json_object_end(&rs->json);
    return E_OK;
}
