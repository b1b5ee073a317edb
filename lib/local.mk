# lib: what api, relay and ctl share.
noinst_LIBRARIES += libmoothall.a
libmoothall_a_CPPFLAGS = $(AM_CPPFLAGS) $(JSONC_CFLAGS) $(SODIUM_CFLAGS) $(INIH_CFLAGS) \
	$(HIREDIS_CFLAGS)
libmoothall_a_SOURCES = \
	lib/arena.c lib/arena.h \
	lib/buf.c lib/buf.h \
	lib/bus.h lib/bus/bus.c lib/bus/link.c lib/bus/link.h \
	lib/clock.c lib/clock.h \
	lib/crypto.c lib/crypto.h \
	lib/err.c lib/err.h lib/err.def \
	lib/id.c lib/id.h \
	lib/json.c lib/json_check.c lib/json_write.c lib/json.h \
	lib/listen.c lib/listen.h \
	lib/log.c lib/log.h \
	lib/loop.c lib/loop.h \
	lib/mem.c lib/mem.h \
	lib/queue.c lib/queue.h \
	lib/settings.c lib/settings.h lib/settings.def \
	lib/str.c lib/str.h \
	lib/testpoint.c lib/testpoint.h \
	lib/utf8.c lib/utf8.h \
	lib/wire.c lib/wire.h

LIB_LIBS = libmoothall.a $(JSONC_LIBS) $(SODIUM_LIBS) $(INIH_LIBS) $(HIREDIS_LIBS) $(EV_LIBS) \
	-lpthread
