# nginx: the site file, the systemd units, and a settings sample, put where a distribution
# would. systemdsystemunitdir and sysusersdir may be given to make.

systemdsystemunitdir = $(prefix)/lib/systemd/system
sysusersdir = $(prefix)/lib/sysusers.d
nginxdir = $(sysconfdir)/nginx/sites-available
settingsdir = $(sysconfdir)/moothall

EXTRA_DIST += \
	nginx/moothall.conf.in \
	nginx/systemd/moothall-api.service.in \
	nginx/systemd/moothall-relay@.service.in \
	nginx/systemd/moothall-redis.service.in \
	nginx/systemd/moothall.sysusers \
	nginx/systemd/sandbox.conf

units = nginx/moothall-redis.service nginx/moothall-api.service nginx/moothall-relay@.service
nodist_nginx_DATA = nginx/moothall.conf
nodist_systemdsystemunit_DATA = $(units)
dist_doc_DATA = README.md ARCHITECTURE.md CHANGELOG.md LICENSE
CLEANFILES += $(nodist_nginx_DATA) $(units) nginx/settings.sample
local_targets += $(nodist_nginx_DATA) $(units) nginx/settings.sample
local_installs += install-settings
local_uninstalls += uninstall-settings

nginx/moothall.conf: $(srcdir)/nginx/moothall.conf.in Makefile
	$(AM_V_GEN)$(MKDIR_P) nginx && $(SED) \
	  -e 's|@LISTEN@|80|' -e 's|@SERVER_NAME@|_|' -e 's|@WWW@|$(pkgdatadir)/www|' \
	  -e 's|@LOGDIR@|/var/log/nginx|' -e 's|@API_SOCKET@|/run/moothall/api.sock|' \
	  -e 's|@RELAYS@|server unix:/run/moothall/relay-1.sock max_fails=0; server unix:/run/moothall/relay-2.sock max_fails=0;|' \
	  $(srcdir)/nginx/moothall.conf.in > $@.tmp && mv $@.tmp $@

# The same sandbox in every unit.
$(units): Makefile $(srcdir)/nginx/systemd/sandbox.conf
	$(AM_V_GEN)$(MKDIR_P) nginx && $(SED) \
	  -e '/@sandbox@/{' -e 'r $(srcdir)/nginx/systemd/sandbox.conf' -e 'd' -e '}' \
	  -e 's|[@]sbindir@|$(sbindir)|' -e 's|[@]sysconfdir@|$(sysconfdir)|' -e 's|[@]docdir@|$(docdir)|' \
	  '$(srcdir)/nginx/systemd/$(@F).in' > '$@.tmp' && mv '$@.tmp' '$@'
nginx/moothall-redis.service: $(srcdir)/nginx/systemd/moothall-redis.service.in
nginx/moothall-api.service: $(srcdir)/nginx/systemd/moothall-api.service.in
nginx/moothall-relay@.service: $(srcdir)/nginx/systemd/moothall-relay@.service.in

nginx/settings.sample: moothall-api$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) nginx && ./moothall-api$(EXEEXT) --sample > $@.tmp && mv $@.tmp $@

# What an administrator has changed stays: the sample lies beside it.
install-settings: nginx/settings.sample
	$(MKDIR_P) '$(DESTDIR)$(settingsdir)' '$(DESTDIR)$(sysusersdir)'
	$(INSTALL_DATA) nginx/settings.sample '$(DESTDIR)$(settingsdir)/moothall.conf.sample'
	test -f '$(DESTDIR)$(settingsdir)/moothall.conf' || \
	  $(INSTALL_DATA) nginx/settings.sample '$(DESTDIR)$(settingsdir)/moothall.conf'
	$(INSTALL_DATA) '$(srcdir)/nginx/systemd/moothall.sysusers' '$(DESTDIR)$(sysusersdir)/moothall.conf'

# The settings go only if they are still the sample.
uninstall-settings:
	cmp -s '$(DESTDIR)$(settingsdir)/moothall.conf' '$(DESTDIR)$(settingsdir)/moothall.conf.sample' && \
	  rm -f '$(DESTDIR)$(settingsdir)/moothall.conf' || :
	rm -f '$(DESTDIR)$(settingsdir)/moothall.conf.sample' '$(DESTDIR)$(sysusersdir)/moothall.conf'
