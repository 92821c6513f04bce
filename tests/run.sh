# All tests; read by build.sh for its verb 'test'. SPDX-License-Identifier: GPL-3.0-or-later
# Each check's output is in build/test/NAME.log and shown when the check fails. Unit tests are counted one by one, a
# macro or another check as one.

LOGS=build/test
passed=0
failed=0
skipped=0

# check NAME COMMAND...: runs it; one line tells how it went. Its status is the command's.
check() {
    name=$1
    shift
    start=$(date +%s)
    status=0
    "$@" >"$LOGS/$name.log" 2>&1 </dev/null || status=$?
    [ $status = 0 ] && word=ok || word=FAILED
    printf '%-8s %s (%d s)\n' "$word" "$name" $(($(date +%s) - start))
    [ $status = 0 ] || tail -n 60 "$LOGS/$name.log"
    return $status
}

# The same for what counts as one test.
one() {
    if check "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

# sum PATTERN FILE: adds up the first number of each match of a sed pattern with one group.
sum() { sed -n "s/$1/\\1/p" "$2" | awk '{ n += $1 } END { print n + 0 }'; }

# C tests, counted by cmocka's closing lines. A program that dies without them counts as one failure.
c_tests() {
    status=0
    check "$1" native test ${2:-} || status=1
    good=$(sum '.*\[  PASSED  \] \([0-9]*\) test.*' "$LOGS/$1.log")
    bad=$(sum '.*\[  FAILED  \] \([0-9]*\) test.*' "$LOGS/$1.log")
    missed=$(sum '.*\[  SKIPPED \] \([0-9]*\) test.*' "$LOGS/$1.log")
    [ $status = 0 ] || [ "$bad" -gt 0 ] || bad=1
    [ "$good" -gt 0 ] || [ "$bad" -gt 0 ] || bad=1
    passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + missed))
}

# Java tests, counted from surefire's reports.
java_tests() {
    rm -rf build/java/surefire-reports
    status=0
    check java maven package || status=1
    cat build/java/surefire-reports/TEST-*.xml >"$LOGS/surefire.xml" 2>/dev/null || true
    all=$(sum '.*<testsuite .*[^a-z]tests="\([0-9]*\)".*' "$LOGS/surefire.xml")
    bad=$(($(sum '.*<testsuite .*failures="\([0-9]*\)".*' "$LOGS/surefire.xml") +
        $(sum '.*<testsuite .*errors="\([0-9]*\)".*' "$LOGS/surefire.xml")))
    missed=$(sum '.*<testsuite .*skipped="\([0-9]*\)".*' "$LOGS/surefire.xml")
    passed=$((passed + all - bad - missed)) skipped=$((skipped + missed))
    [ $status = 0 ] || [ "$bad" -gt 0 ] || bad=1
    [ "$all" -gt 0 ] || bad=1
    failed=$((failed + bad))
    [ -f "$JAR" ] || jar >/dev/null # a failed test leaves no jar; the macros below still tell something
}

# Nothing but JNI_OnLoad is seen from outside, and nothing but libc and libm is needed.
library_is_closed() {
    library=$(ls build/resources/native/*/libvitromap-"$VERSION".so)
    nm -D --defined-only "$library" || return 1
    [ "$(nm -D --defined-only "$library" | awk '{ print $3 }')" = JNI_OnLoad ] || return 1
    if nm -D -u "$library" | grep -E ' vitro_|gfortran|fftw'; then return 1; fi
    readelf -d "$library" | grep NEEDED
    [ -z "$(readelf -d "$library" | grep NEEDED | grep -vE 'libc\.so|libm\.so|ld-linux|libpthread\.so')" ]
}

# The jar's classes outside vitromap/ would clash with Fiji's.
jar_is_closed() {
    ! unzip -Z1 "$JAR" | grep '\.class$' | grep -v '^vitromap/'
}

# A macro: a fresh ImageJ, a folder of its own for what it writes, Java's checks of native calls on.
macro_test() {
    out=$PWD/$LOGS/out/$(basename "$2" .ijm)
    mkdir -p "$out"
    LIMIT=300 JAVA_FLAGS="-Xmx2g -Xcheck:jni" play "$1" "$2" "$out"
}

# -Xcheck:jni prints and goes on.
no_jni_warnings() {
    ! grep -lE 'WARNING in native method|FATAL ERROR in native|WARNING: JNI' "$LOGS"/macro-*.log
}

run_tests() {
    rm -rf "$LOGS"
    mkdir -p "$LOGS/out"
    say "C"
    c_tests c
    c_tests c-sanitized SANITIZE=1
    say "Library, Java"
    if check build native all; then one library library_is_closed; else failed=$((failed + 1)); fi
    java_tests
    one jar jar_is_closed
    say "Macros in ImageJ $IJ"
    imagej "$IJ"
    for file in macros/*.ijm tests/macro/*.ijm; do
        [ ! -f "$file" ] || one "macro-$(basename "$file" .ijm)" macro_test "$IJ" "$file"
    done
    one jni no_jni_warnings
    printf '\n%d passed, %d failed, %d skipped\n' $passed $failed $skipped
    [ $failed = 0 ]
}
