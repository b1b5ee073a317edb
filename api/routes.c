#include "api/routes.h"

#include "api/handlers/events.h"
#include "api/handlers/health.h"
#include "api/handlers/messages.h"
#include "api/handlers/read.h"

/* clang-format off */
const struct route routes[] = {
    {METHOD_GET, "/health", GATE_ANYONE, LIMIT_NONE, health_get},

    {METHOD_GET, "/groups/{group}/messages", GATE_GROUP_READ, LIMIT_NONE, messages_get_list},
    {METHOD_POST, "/groups/{group}/messages", GATE_GROUP_MEMBER, LIMIT_MESSAGES, messages_post},
    {METHOD_GET, "/groups/{group}/messages/{seq}", GATE_GROUP_READ, LIMIT_NONE, messages_get_one},
    {METHOD_GET, "/groups/{group}/events", GATE_GROUP_READ, LIMIT_NONE, events_get_list},
    {METHOD_PUT, "/groups/{group}/read", GATE_GROUP_MEMBER, LIMIT_NONE, read_put},
};
/* clang-format on */

const size_t route_count = sizeof(routes) / sizeof(routes[0]);
