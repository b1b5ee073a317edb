#include "api/routes.h"

#include "api/handlers/admin_links.h"
#include "api/handlers/bans.h"
#include "api/handlers/events.h"
#include "api/handlers/groups.h"
#include "api/handlers/health.h"
#include "api/handlers/invite_words.h"
#include "api/handlers/invites.h"
#include "api/handlers/me.h"
#include "api/handlers/members.h"
#include "api/handlers/messages.h"
#include "api/handlers/read.h"
#include "api/handlers/sessions.h"
#include "api/handlers/users.h"

/* clang-format off */
const struct route routes[] = {
    {METHOD_GET, "/health", GATE_ANYONE, LIMIT_NONE, health_get},

    {METHOD_POST, "/users", GATE_ANYONE, LIMIT_SIGNUPS, users_post},
    {METHOD_POST, "/sessions", GATE_ANYONE, LIMIT_NONE, sessions_post},
    {METHOD_GET, "/sessions", GATE_USER, LIMIT_NONE, sessions_get_list},
    {METHOD_DELETE, "/sessions/current", GATE_USER, LIMIT_NONE, sessions_delete_current},
    {METHOD_DELETE, "/sessions/{id}", GATE_USER, LIMIT_NONE, sessions_delete_one},
    {METHOD_GET, "/me", GATE_USER, LIMIT_NONE, me_get},
    {METHOD_DELETE, "/me", GATE_USER, LIMIT_NONE, me_delete},
    {METHOD_PATCH, "/me", GATE_USER, LIMIT_NONE, me_patch},
    {METHOD_POST, "/me/claim", GATE_USER, LIMIT_NONE, me_post_claim},
    {METHOD_GET, "/me/groups", GATE_USER, LIMIT_NONE, groups_get_mine},
    {METHOD_POST, "/admin-links/{code}", GATE_FULL_USER, LIMIT_INVITES, admin_links_post},
    {METHOD_POST, "/reset-links/{code}", GATE_ANYONE, LIMIT_INVITES, reset_links_post},

    {METHOD_POST, "/groups", GATE_FULL_USER, LIMIT_GROUPS, groups_post},
    {METHOD_GET, "/groups", GATE_USER, LIMIT_NONE, groups_get_directory},
    {METHOD_GET, "/groups/{group}", GATE_GROUP_READ, LIMIT_NONE, groups_get_one},
    {METHOD_PATCH, "/groups/{group}", GATE_GROUP_ADMIN, LIMIT_NONE, groups_patch_one},
    {METHOD_DELETE, "/groups/{group}", GATE_GROUP_OWNER, LIMIT_NONE, groups_delete_one},

    {METHOD_PUT, "/groups/{group}/members/me", GATE_GROUP_READ, LIMIT_NONE, members_put_me},
    {METHOD_PATCH, "/groups/{group}/members/me", GATE_GROUP_ANY, LIMIT_NONE, members_patch_me},
    {METHOD_DELETE, "/groups/{group}/members/me", GATE_GROUP_ANY, LIMIT_NONE, members_delete_me},
    {METHOD_GET, "/groups/{group}/members", GATE_GROUP_READ, LIMIT_NONE, members_get_list},
    {METHOD_PATCH, "/groups/{group}/members/{user}", GATE_GROUP_OWNER, LIMIT_NONE, members_patch_one},
    {METHOD_DELETE, "/groups/{group}/members/{user}", GATE_GROUP_MEMBER, LIMIT_NONE, members_delete_one},
    {METHOD_GET, "/groups/{group}/bans", GATE_GROUP_ADMIN, LIMIT_NONE, bans_get_list},
    {METHOD_PUT, "/groups/{group}/bans/{user}", GATE_GROUP_ADMIN, LIMIT_NONE, bans_put_one},
    {METHOD_DELETE, "/groups/{group}/bans/{user}", GATE_GROUP_ADMIN, LIMIT_NONE, bans_delete_one},

    {METHOD_POST, "/groups/{group}/invites", GATE_GROUP_INVITE, LIMIT_NONE, invites_post},
    {METHOD_GET, "/groups/{group}/invites", GATE_GROUP_INVITE, LIMIT_NONE, invites_get_list},
    {METHOD_DELETE, "/groups/{group}/invites/{id}", GATE_GROUP_INVITE, LIMIT_NONE, invites_delete_one},
    {METHOD_GET, "/groups/{group}/invites/{id}/uses", GATE_GROUP_INVITE, LIMIT_NONE, invites_get_uses},
    {METHOD_GET, "/invites/{code}", GATE_ANYONE, LIMIT_INVITES, invites_get_preview},
    {METHOD_POST, "/invites/{code}/accept", GATE_ANYONE, LIMIT_INVITES, invites_post_accept},

    {METHOD_GET, "/groups/{group}/messages", GATE_GROUP_READ, LIMIT_NONE, messages_get_list},
    {METHOD_POST, "/groups/{group}/messages", GATE_GROUP_MEMBER, LIMIT_MESSAGES, messages_post},
    {METHOD_GET, "/groups/{group}/messages/{seq}", GATE_GROUP_READ, LIMIT_NONE, messages_get_one},
    {METHOD_GET, "/groups/{group}/events", GATE_GROUP_READ, LIMIT_NONE, events_get_list},
    {METHOD_PUT, "/groups/{group}/read", GATE_GROUP_MEMBER, LIMIT_NONE, read_put},
};
/* clang-format on */

const size_t route_count = sizeof(routes) / sizeof(routes[0]);

const struct route outside_routes[] = {
    {METHOD_GET, "/i/{code}", GATE_ANYONE, LIMIT_INVITES, invite_words_get},
};

const size_t outside_route_count = sizeof(outside_routes) / sizeof(outside_routes[0]);
