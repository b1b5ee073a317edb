# tests: unit tests (cmocka) of the pure parts; the black-box suites run by ./dev check.
if HAVE_CMOCKA
check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)
endif
unit_tests =

# A leak fails a test too, when it is built with AddressSanitizer.
AM_TESTS_ENVIRONMENT = \
	ASAN_OPTIONS="detect_leaks=1:$$ASAN_OPTIONS"; export ASAN_OPTIONS; \
	UBSAN_OPTIONS="print_stacktrace=1:$$UBSAN_OPTIONS"; export UBSAN_OPTIONS; \
	TSAN_OPTIONS="halt_on_error=1:$$TSAN_OPTIONS"; export TSAN_OPTIONS;

# A test of lib alone is these four lines; one of the store has $(STORE_LIBS) first.
unit_tests += tests/unit/test_crypto
tests_unit_test_crypto_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_crypto_SOURCES = tests/unit/test_crypto.c tests/unit/unit.h
tests_unit_test_crypto_LDADD = $(LIB_LIBS) $(CMOCKA_LIBS)

unit_tests += tests/unit/test_text
tests_unit_test_text_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_text_SOURCES = tests/unit/test_text.c tests/unit/unit.h
tests_unit_test_text_LDADD = $(LIB_LIBS) $(CMOCKA_LIBS)

unit_tests += tests/unit/test_json
tests_unit_test_json_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_json_SOURCES = tests/unit/test_json.c tests/unit/unit.h
tests_unit_test_json_LDADD = $(LIB_LIBS) $(CMOCKA_LIBS)

unit_tests += tests/unit/test_wire
tests_unit_test_wire_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_wire_SOURCES = tests/unit/test_wire.c tests/unit/unit.h
tests_unit_test_wire_LDADD = $(LIB_LIBS) $(CMOCKA_LIBS)

unit_tests += tests/unit/test_queue
tests_unit_test_queue_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_queue_SOURCES = tests/unit/test_queue.c tests/unit/unit.h
tests_unit_test_queue_LDADD = $(LIB_LIBS) $(CMOCKA_LIBS)

unit_tests += tests/unit/test_access
tests_unit_test_access_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_access_SOURCES = tests/unit/test_access.c tests/unit/unit.h
tests_unit_test_access_LDADD = $(STORE_LIBS) $(LIB_LIBS) $(CMOCKA_LIBS)

unit_tests += tests/unit/test_settings
tests_unit_test_settings_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_settings_SOURCES = tests/unit/test_settings.c tests/unit/unit.h
tests_unit_test_settings_LDADD = $(LIB_LIBS) $(CMOCKA_LIBS)

unit_tests += tests/unit/test_store_db
tests_unit_test_store_db_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) $(SQLITE_CFLAGS)
tests_unit_test_store_db_SOURCES = tests/unit/test_store_db.c tests/unit/unit.h
tests_unit_test_store_db_LDADD = $(STORE_LIBS) $(LIB_LIBS) $(CMOCKA_LIBS)

unit_tests += tests/unit/test_listen
tests_unit_test_listen_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_listen_SOURCES = tests/unit/test_listen.c tests/unit/unit.h
tests_unit_test_listen_LDADD = $(LIB_LIBS) $(CMOCKA_LIBS)

unit_tests += tests/unit/test_log
tests_unit_test_log_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_log_SOURCES = tests/unit/test_log.c tests/unit/unit.h
tests_unit_test_log_LDADD = $(LIB_LIBS) $(CMOCKA_LIBS)

unit_tests += tests/unit/test_outq
tests_unit_test_outq_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_outq_SOURCES = tests/unit/test_outq.c tests/unit/unit.h \
	relay/outq.c relay/frame.c
tests_unit_test_outq_LDADD = $(LIB_LIBS) $(CMOCKA_LIBS)

unit_tests += tests/unit/test_tail
tests_unit_test_tail_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_tail_SOURCES = tests/unit/test_tail.c tests/unit/unit.h \
	relay/tail.c relay/frame.c
tests_unit_test_tail_LDADD = $(LIB_LIBS) $(CMOCKA_LIBS)

unit_tests += tests/unit/test_group_commit
tests_unit_test_group_commit_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) $(SQLITE_CFLAGS)
tests_unit_test_group_commit_SOURCES = tests/unit/test_group_commit.c \
	tests/shim/fail_sqlite.c tests/shim/fail_sqlite.h tests/unit/sample.c tests/unit/sample.h
tests_unit_test_group_commit_LDADD = $(STORE_LIBS) $(LIB_LIBS) $(CMOCKA_LIBS)

unit_tests += tests/unit/test_queries
tests_unit_test_queries_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS) $(SQLITE_CFLAGS)
tests_unit_test_queries_SOURCES = tests/unit/test_queries.c
tests_unit_test_queries_LDADD = $(STORE_LIBS) $(LIB_LIBS) $(CMOCKA_LIBS)

unit_tests += tests/unit/test_invite_code
tests_unit_test_invite_code_CPPFLAGS = $(AM_CPPFLAGS) $(CMOCKA_CFLAGS)
tests_unit_test_invite_code_SOURCES = tests/unit/test_invite_code.c
tests_unit_test_invite_code_LDADD = $(STORE_LIBS) $(LIB_LIBS) $(CMOCKA_LIBS)


# Fuzz targets: ./configure CC=clang --enable-fuzz; then for each
# tests/fuzz/fuzz_json -max_total_time=60 -max_len=4096 corpus $srcdir/tests/fuzz/seeds/json
if FUZZ
noinst_PROGRAMS += tests/fuzz/fuzz_json tests/fuzz/fuzz_wire
endif
tests_fuzz_fuzz_json_SOURCES = tests/fuzz/fuzz_json.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_json_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
tests_fuzz_fuzz_json_LDADD = $(LIB_LIBS)
tests_fuzz_fuzz_wire_SOURCES = tests/fuzz/fuzz_wire.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_wire_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
tests_fuzz_fuzz_wire_LDADD = $(LIB_LIBS)
EXTRA_DIST += tests/fuzz/seeds

EXTRA_DIST += tests/run.mjs tests/check.sh tests/lib
EXTRA_DIST += tests/bench tests/shim/slow_fsync.c
EXTRA_DIST += tests/structure
EXTRA_DIST += tests/rest tests/web tests/realtime tests/races tests/faults
