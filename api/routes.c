#include "api/routes.h"

#include "api/handlers/health.h"

/* clang-format off */
const struct route routes[] = {
    {METHOD_GET, "/health", GATE_ANYONE, LIMIT_NONE, health_get},
};
/* clang-format on */

const size_t route_count = sizeof(routes) / sizeof(routes[0]);
