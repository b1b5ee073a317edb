/* One-time links: POST /admin-links/{code} makes whoever is signed in an admin of the
 * server, POST /reset-links/{code} sets a new password. */
#ifndef MOOTHALL_API_HANDLERS_ADMIN_LINKS_H
#define MOOTHALL_API_HANDLERS_ADMIN_LINKS_H

#include "api/http.h"

enum err admin_links_post(struct request *rq, struct response *rs);
enum err reset_links_post(struct request *rq, struct response *rs);

#endif
