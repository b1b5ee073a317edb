# api: the daemon's store, HTTP plane, handlers and bus.

noinst_LIBRARIES += libstore.a
libstore_a_CPPFLAGS = $(AM_CPPFLAGS) $(SQLITE_CFLAGS)
libstore_a_SOURCES = \
	api/store/access.c api/store/access.h \
	api/store/announce.c \
	api/store/caller.h \
	api/store/db.c api/store/db.h \
	api/store/events.c api/store/events.def api/store/events.h \
	api/store/ids.c api/store/ids.h \
	api/store/messages.c api/store/messages.h \
	api/store/sessions.c api/store/sessions.h \
	api/store/users.c api/store/users.h \
	api/store/writer.c api/store/writer.h
STORE_LIBS = libstore.a $(SQLITE_LIBS)
