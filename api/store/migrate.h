/* Brings a database to the present schema (sql/migrations). */
#ifndef MOOTHALL_API_STORE_MIGRATE_H
#define MOOTHALL_API_STORE_MIGRATE_H

#include "api/store/db.h"

/* All that is missing, in one transaction. E_UNAVAILABLE (logged) for the file of another
 * program, a schema newer than this program, or a disk that cannot. */
must_check enum err db_migrate(struct db *db);

#endif
