# www: the web client, built by esbuild. A release tarball contains it built, so that
# building from one needs no Node.

www_sources = \
	www/build.mjs www/icon.svg www/index.html tsconfig.json package.json package-lock.json

EXTRA_DIST += $(www_sources) www/src

local_targets += www-built
local_installs += install-www
local_uninstalls += uninstall-www

# Cheap to ask each time: whether a source is newer than what was built.
www-built:
	$(AM_V_at)if test -f www/dist/index.html && test -z "`find \
	  $(www_sources:%=$(srcdir)/%) $(srcdir)/www/src -newer www/dist/index.html`"; then \
	  :; \
	elif test -d $(srcdir)/node_modules/esbuild; then \
	  node $(srcdir)/www/build.mjs www/dist; \
	elif test -f $(srcdir)/www/built/index.html; then \
	  rm -rf www/dist && $(MKDIR_P) www && cp -R $(srcdir)/www/built www/dist && \
	  chmod -R u+w www/dist && touch www/dist/index.html; \
	else \
	  echo "www: run 'npm ci --ignore-scripts' first" >&2; exit 1; \
	fi
.PHONY: www-built install-www uninstall-www

install-www: www-built
	$(MKDIR_P) $(DESTDIR)$(pkgdatadir)/www/assets
	$(INSTALL_DATA) www/dist/index.html $(DESTDIR)$(pkgdatadir)/www
	$(INSTALL_DATA) www/dist/assets/* $(DESTDIR)$(pkgdatadir)/www/assets

uninstall-www:
	rm -rf $(DESTDIR)$(pkgdatadir)/www

clean-local:
	rm -rf www/dist

dist-hook: www-built
	rm -rf $(distdir)/www/built
	cp -R www/dist $(distdir)/www/built
