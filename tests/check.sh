# The checks of ./dev check, sourced by it: the build that tests run on, the static ones,
# then the suites (tests/run.mjs). The last line sums up all: "N passed, N failed".

check_passed=0 check_failed=0

# step NAME COMMAND…: one check that passes when the command does.
step() {
    step_name=$1
    shift
    if "$@" >"$checks/$step_name.log" 2>&1; then
        check_passed=$((check_passed + 1))
        say "$step_name: passed"
    else
        check_failed=$((check_failed + 1))
        say "$step_name: FAILED; the end of $checks/$step_name.log:"
        tail -n 40 "$checks/$step_name.log" | sed 's/^/    /'
    fi
}

# suites LABEL BUILD ARGUMENT…: tests/run.mjs on that build; its last line is counted.
suites() {
    suites_label=$1
    MOOTHALL_BUILD=$2
    export MOOTHALL_BUILD
    shift 2
    node "$top/tests/run.mjs" "$@" >"$checks/suites-$suites_label.log" 2>&1 &
    wait_with_tail $! "$checks/suites-$suites_label.log"
    suites_line=$(tail -n 1 "$checks/suites-$suites_label.log")
    case $suites_line in
    *' passed, '*' failed'*)
        check_passed=$((check_passed + ${suites_line%% *}))
        suites_line=${suites_line#*, }
        check_failed=$((check_failed + ${suites_line%% *}))
        ;;
    *) check_failed=$((check_failed + 1)) ;;
    esac
    unset MOOTHALL_BUILD
}

# Shows what is written while the process runs, but not the line that is not the last yet.
wait_with_tail() {
    tail -n +1 -f --pid="$1" "$2" | grep -v '^[0-9]* passed, [0-9]* failed' &
    wait "$1" || :
    wait
}

# clang-format 14 is what .clang-format is for; another version would format otherwise.
check_format() {
    case $(clang-format --version) in
    *'version 14.'*) (cd "$top" && git ls-files '*.c' '*.h' | xargs clang-format --dry-run -Werror) ;;
    *) say "left out: clang-format is not version 14" ;;
    esac
}
check_types() { (cd "$top" && node_modules/.bin/tsc --noEmit); }

sanitized='--enable-sanitize=address,undefined --enable-test-points --enable-werror'

check_full() {
    step clang build_quietly "$top/build-clang" CC=clang --enable-werror --enable-test-points
    step analyzer build_quietly "$top/build-analyzer" --enable-werror CFLAGS='-O1 -g -fanalyzer'
    step thread-sanitizer-build build_quietly "$top/build-thread" \
        --enable-sanitize=thread --enable-test-points --enable-werror
    suites thread "$top/build-thread" unit rest
    step release build_quietly "$top/build"
    step distcheck make -s -C "$top/build" distcheck
}

build_quietly() { (build "$@"); }

check() {
    full=
    [ "${1:-}" != --full ] || { full=--full; shift; }
    # shellcheck disable=SC2086 # lists of words
    need_packages $packages_run $packages_build $packages_check ${full:+$packages_full}
    checks=$top/build-check/checks
    mkdir -p "$checks"
    if [ $# -eq 0 ]; then
        # shellcheck disable=SC2086
        step build build_quietly "$top/build-check" $sanitized
        step format check_format
        step types check_types
    else
        # shellcheck disable=SC2086
        build "$top/build-check" $sanitized
    fi
    suites asan "$top/build-check" $full "$@"
    [ -z "$full" ] || [ $# -gt 0 ] || check_full
    say "$check_passed passed, $check_failed failed"
    [ "$check_failed" = 0 ]
}
