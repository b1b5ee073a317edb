#include "api/store/ids.h"

void ids_add(struct ids *list, struct arena *arena, int64_t id)
{
    if (list->len == list->cap) {
        size_t cap = list->cap == 0 ? 16 : list->cap * 2;
        int64_t *at = arena_alloc(arena, cap * sizeof(*at));
        if (list->len > 0) {
            memcpy(at, list->at, list->len * sizeof(*at));
        }
        list->at = at;
        list->cap = cap;
    }
    list->at[list->len++] = id;
}

enum err ids_read(struct ids *list, struct arena *arena, struct stmt *s)
{
    *list = (struct ids){.at = NULL};
    while (stmt_row(s)) {
        ids_add(list, arena, col_int(s, 0));
    }
    return stmt_end(s);
}
