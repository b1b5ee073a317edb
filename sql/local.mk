# sql: migrations and named queries, compiled into the api.

sql_migrations = \
	$(srcdir)/sql/migrations/001_init.sql
# Queries are in files by noun; within a file in the order of use.
sql_queries = \
	$(srcdir)/sql/queries/meta.sql \
	$(srcdir)/sql/queries/access.sql \
	$(srcdir)/sql/queries/events.sql \
	$(srcdir)/sql/queries/messages.sql \
	$(srcdir)/sql/queries/users.sql \
	$(srcdir)/sql/queries/sessions.sql \
	$(srcdir)/sql/queries/links.sql \
	$(srcdir)/sql/queries/groups.sql \
	$(srcdir)/sql/queries/memberships.sql \
	$(srcdir)/sql/queries/bans.sql \
	$(srcdir)/sql/queries/invites.sql \
	$(srcdir)/sql/queries/reaper.sql

EXTRA_DIST += sql/queries.awk sql/migrations.awk sql/queries sql/migrations
BUILT_SOURCES += sql/queries.inc sql/migrations.inc
CLEANFILES += sql/queries.inc sql/migrations.inc

sql/queries.inc: $(sql_queries) $(srcdir)/sql/queries.awk
	$(AM_V_GEN)$(MKDIR_P) sql && \
	$(AWK) -f $(srcdir)/sql/queries.awk $(sql_queries) > $@.tmp && mv $@.tmp $@

sql/migrations.inc: $(sql_migrations) $(srcdir)/sql/migrations.awk
	$(AM_V_GEN)$(MKDIR_P) sql && \
	$(AWK) -f $(srcdir)/sql/migrations.awk $(sql_migrations) > $@.tmp && mv $@.tmp $@

# For those who want to read what is in the daemon.
local_installs += install-sql
local_uninstalls += uninstall-sql

install-sql:
	$(MKDIR_P) '$(DESTDIR)$(pkgdatadir)/sql/migrations' '$(DESTDIR)$(pkgdatadir)/sql/queries'
	$(INSTALL_DATA) $(sql_migrations) '$(DESTDIR)$(pkgdatadir)/sql/migrations'
	$(INSTALL_DATA) $(sql_queries) '$(DESTDIR)$(pkgdatadir)/sql/queries'

uninstall-sql:
	rm -rf '$(DESTDIR)$(pkgdatadir)/sql'
