# api: the daemon's store, HTTP plane, handlers and bus.

noinst_LIBRARIES += libstore.a
libstore_a_CPPFLAGS = $(AM_CPPFLAGS) $(SQLITE_CFLAGS)
libstore_a_SOURCES = \
	api/store/access.c api/store/access.h \
	api/store/announce.c \
	api/store/bans.c api/store/bans.h \
	api/store/caller.h \
	api/store/db.c api/store/db.h \
	api/store/events.c api/store/events.def api/store/events.h \
	api/store/groups.c api/store/groups.h \
	api/store/ids.c api/store/ids.h \
	api/store/invite_code.c api/store/invite_code.h \
	api/store/invite_key.c api/store/invite_key.h \
	api/store/invites.c api/store/invites.h \
	api/store/links.c api/store/links.h \
	api/store/memberships.c api/store/memberships.h \
	api/store/mentions.c api/store/mentions.h \
	api/store/migrate.c api/store/migrate.h \
	api/store/messages.c api/store/messages.h \
	api/store/posting.c api/store/posting.h \
	api/store/reading.c api/store/reading.h \
	api/store/reaper.c api/store/reaper.h \
	api/store/sessions.c api/store/sessions.h \
	api/store/users.c api/store/users.h \
	api/store/writer.c api/store/writer.h
STORE_LIBS = libstore.a $(SQLITE_LIBS)

noinst_LIBRARIES += libapi.a
libapi_a_CPPFLAGS = $(AM_CPPFLAGS) $(FCGI_CFLAGS)
libapi_a_SOURCES = \
	api/accept.c api/accept.h \
	api/app.h \
	api/fcgi.c api/fcgi.h \
	api/fcgi_head.c api/fcgi_head.h \
	api/fields.c \
	api/gate.c \
	api/hasher.c api/hasher.h \
	api/http.h \
	api/limits.c api/limits.h \
	api/percent.c api/percent.h \
	api/problem.c api/problem.h \
	api/query.c \
	api/request.c api/request.h \
	api/respond.c api/respond.h \
	api/router.c api/routes.h \
	api/worker.c api/worker.h
API_LIBS = libapi.a $(STORE_LIBS) $(LIB_LIBS) $(FCGI_LIBS)

# What the routes lead to.
noinst_LIBRARIES += libhandlers.a
libhandlers_a_SOURCES = \
	api/handlers/admin_links.c api/handlers/admin_links.h \
	api/handlers/bans.c api/handlers/bans.h \
	api/handlers/events.c api/handlers/events.h \
	api/handlers/groups.c api/handlers/groups.h \
	api/handlers/invite_words.c api/handlers/invite_words.h \
	api/handlers/invites.c api/handlers/invites.h \
	api/handlers/me.c api/handlers/me.h \
	api/handlers/members.c api/handlers/members.h \
	api/handlers/message_fields.c api/handlers/message_fields.h \
	api/handlers/messages.c api/handlers/messages.h \
	api/handlers/names.c api/handlers/names.h \
	api/handlers/read.c api/handlers/read.h \
	api/handlers/sessions.c api/handlers/sessions.h \
	api/handlers/transact.c api/handlers/transact.h \
	api/handlers/users.c api/handlers/users.h
HANDLER_LIBS = libhandlers.a

noinst_LIBRARIES += libbus.a
libbus_a_SOURCES = \
	api/bus/asks.c api/bus/asks.h \
	api/bus/beat.c api/bus/beat.h \
	api/bus/inbox.c api/bus/inbox.h \
	api/bus/publisher.c api/bus/publisher.h \
	api/bus/sends.c api/bus/sends.h
BUS_LIBS = libbus.a

sbin_PROGRAMS += moothall-api
moothall_api_SOURCES = \
	api/control.c api/control.h \
	api/handlers/health.c api/handlers/health.h \
	api/main.c \
	api/routes.c
moothall_api_LDADD = $(BUS_LIBS) $(HANDLER_LIBS) $(API_LIBS)
