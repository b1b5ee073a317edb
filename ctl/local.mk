# ctl: moothall-ctl
bin_PROGRAMS += moothall-ctl
moothall_ctl_SOURCES = ctl/main.c
moothall_ctl_LDADD = $(LIB_LIBS)
