/* How handlers read several things of one moment, and how they write. */
#ifndef MOOTHALL_API_HANDLERS_TRANSACT_H
#define MOOTHALL_API_HANDLERS_TRANSACT_H

#include "api/app.h"
#include "api/http.h"

/* A read transaction in which the caller's rights in rq->group were asked again: what the
 * gate saw may have changed since. After E_OK: db_end_read. */
must_check enum err transact_read(struct request *rq, enum access_level level);

/* Runs a job of the writer and waits for it. Inside it, before run: a caller whose
 * session has ended meanwhile gets E_UNAUTHORIZED. */
must_check enum err transact_write(struct request *rq, job_fn *run, void *arg);

#endif
