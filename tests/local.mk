# tests: unit tests (cmocka) of the pure parts; the black-box suites run by ./dev check.
if HAVE_CMOCKA
check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)
endif
unit_tests =
EXTRA_DIST += tests/run.mjs tests/lib
EXTRA_DIST += tests/structure
