/* The reaper: takes away, in bounded pieces, what nobody can reach any more: the content
 * of deleted groups, and sessions that expired. Each piece is one small job of the
 * writer, so that others' writes go on between them; it goes on by itself until nothing
 * is left. A piece that finds no room in the writer's queue ends it: the next kick, at
 * the latest that of the next start, goes on. */
#ifndef MOOTHALL_API_STORE_REAPER_H
#define MOOTHALL_API_STORE_REAPER_H

#include "api/store/writer.h"

/* At start, and after a group was deleted. Returns at once. */
void reaper_kick(struct writer *w);

#endif
