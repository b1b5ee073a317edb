# relay: the daemon that carries events to WebSockets.

sbin_PROGRAMS += moothall-relay
moothall_relay_CPPFLAGS = $(AM_CPPFLAGS) $(LWS_CFLAGS)
moothall_relay_SOURCES = relay/main.c $(relay_parts)
moothall_relay_LDADD = $(LIB_LIBS) $(LWS_LIBS)
relay_parts = \
	relay/address.c relay/address.h \
	relay/ask.c relay/ask.h \
	relay/channel.c relay/channel.h \
	relay/client.c relay/client.h \
	relay/command.c relay/command.h \
	relay/connect.c relay/connect.h \
	relay/control.c relay/control.h \
	relay/frame.c relay/frame.h \
	relay/heal.c relay/heal.h \
	relay/hear.c relay/hear.h \
	relay/later.c relay/later.h \
	relay/outq.c relay/outq.h \
	relay/publish.c relay/publish.h \
	relay/recover.c relay/recover.h \
	relay/relay.h \
	relay/subscribe.c relay/subscribe.h \
	relay/subscribe_ask.c relay/subscribe_ask.h \
	relay/tail.c relay/tail.h \
	relay/user.c relay/user.h \
	relay/ws.c relay/ws.h
