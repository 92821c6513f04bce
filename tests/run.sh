# All tests; read by build.sh for its verb 'test'. SPDX-License-Identifier: GPL-3.0-or-later
# Each check's output is in build/test/NAME.log and shown when the check fails. Unit tests are counted one by one, a
# macro or another check as one.

LOGS=build/test
passed=0
failed=0
skipped=0
titles=
SIDE_BY_SIDE=$((JOBS > 1 ? 2 : 1)) # more would make ImageJ's windows slow

# check NAME COMMAND...: runs it; one line tells how it went. Its status is the command's.
check() {
    title=$1
    shift
    start=$(date +%s)
    status=0
    ("$@") >"$LOGS/$title.log" 2>&1 </dev/null || status=$?
    [ $status = 0 ] && word=ok || word=FAILED
    printf '%-8s %s (%d s)\n' "$word" "$title" $(($(date +%s) - start))
    [ $status = 0 ] || tail -n 60 "$LOGS/$title.log"
    return $status
}

# Checks that run beside each other, SIDE_BY_SIDE at a time; what they say comes when all are done, in the order of their beginning.
# begin TITLE COMMAND...
begin() {
    titles="$titles $1"
    read -r free <&3
    {
        check "$@" >"$LOGS/$1.said" && echo 0 >"$LOGS/$1.status" || echo 1 >"$LOGS/$1.status"
        echo >&3
    } &
}

finish() {
    wait
    for title in $titles; do
        cat "$LOGS/$title.said"
        status=$(cat "$LOGS/$title.status")
        case $title in
        c | c-sanitized) count_c "$title" ;;
        java) count_java ;;
        *) count_one "$title" ;;
        esac
    done
    titles=
}

one() {
    begin "$@"
    finish
}

# What counts as one test; a macro that lacks its data says SKIPPED.
count_one() {
    if [ $status != 0 ]; then failed=$((failed + 1))
    elif grep '^SKIPPED' "$LOGS/$1.log"; then skipped=$((skipped + 1))
    else passed=$((passed + 1)); fi
}

# sum PATTERN FILE: adds up the first number of each match of a sed pattern with one group.
sum() { sed -n "s/$1/\\1/p" "$2" | awk '{ n += $1 } END { print n + 0 }'; }

# Behind Java's tests, some of which ask how long something takes.
c_tests() { nice make -s -C native -j "$JOBS" test "$@"; }

# Counted by cmocka's closing lines. A program that dies without them counts as one failure.
count_c() {
    good=$(sum '.*\[  PASSED  \] \([0-9]*\) test.*' "$LOGS/$1.log")
    bad=$(sum '.*\[  FAILED  \] \([0-9]*\) test.*' "$LOGS/$1.log")
    missed=$(sum '.*\[  SKIPPED \] \([0-9]*\) test.*' "$LOGS/$1.log")
    [ $status = 0 ] || [ "$bad" -gt 0 ] || bad=1
    [ "$good" -gt 0 ] || [ "$bad" -gt 0 ] || bad=1
    passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + missed))
}

# Counted from surefire's reports.
count_java() {
    cat build/java/surefire-reports/TEST-*.xml >"$LOGS/surefire.xml" 2>/dev/null || true
    all=$(sum '.*<testsuite .*[^a-z]tests="\([0-9]*\)".*' "$LOGS/surefire.xml")
    bad=$(($(sum '.*<testsuite .*failures="\([0-9]*\)".*' "$LOGS/surefire.xml") +
        $(sum '.*<testsuite .*errors="\([0-9]*\)".*' "$LOGS/surefire.xml")))
    missed=$(sum '.*<testsuite .*skipped="\([0-9]*\)".*' "$LOGS/surefire.xml")
    passed=$((passed + all - bad - missed)) skipped=$((skipped + missed))
    [ $status = 0 ] || [ "$bad" -gt 0 ] || bad=1
    [ "$all" -gt 0 ] || bad=1
    failed=$((failed + bad))
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

# The version's one source is the pom; two files for people repeat it.
versions_agree() { grep "^version: $VERSION\$" CITATION.cff && grep "^## $VERSION" CHANGELOG.md; }

# The jar's classes outside vitromap/ would clash with Fiji's.
jar_is_closed() {
    ! command jar tf "$JAR" | grep '\.class$' | grep -v '^vitromap/'
}

# fresh VERSION: an ImageJ with nothing in it but the jar.
fresh() { rm -rf "build/imagej-$1" && imagej "$1"; }

# folder NAME: where a macro writes.
folder() { mkdir -p "$LOGS/out/$1" && echo "$PWD/$LOGS/out/$1"; }

# A macro's check: macro-NAME for an example, macro-test-NAME for a test.
macro_title() {
    case $1 in
    tests/*) echo "macro-test-$(basename "$1" .ijm)" ;;
    *) echo "macro-$(basename "$1" .ijm)" ;;
    esac
}

# macro_test VERSION FILE: with Java's checks of native calls on, and the flags that the macro asks for in a line '// java: FLAGS'.
macro_test() {
    JAVA_FLAGS="-Xmx2g -Xcheck:jni $(sed -n 's|^// java: ||p' "$2")" LIMIT=300 \
        play "$1" "$2" "$(folder "$(macro_title "$2")")"
}

# -Xcheck:jni prints and goes on; of its warnings, those whose first frame is ours: Java's own windows give many.
no_jni_warnings() {
    ! awk '/FATAL ERROR in native/ { print; next }
        ours && /vitromap\.engine\.Native/ { print warning; print }
        { ours = /WARNING in native method|WARNING: JNI/; if (ours) warning = FILENAME ": " $0 }' "$LOGS"/macro-*.log | grep .
}

# The sanitized library under a JVM: the sanitizers' libraries must come first, and Java handles its own signals.
sanitized_macro() {
    native library SANITIZE=1 || return 1
    gcc_file() { gcc -print-file-name="$1"; }
    JAVA_ENV="LD_PRELOAD=$(gcc_file libasan.so):$(gcc_file libubsan.so)
        ASAN_OPTIONS=detect_leaks=0:handle_segv=0:allow_user_segv_handler=1" \
        JAVA_FLAGS="-Xmx2g -Dvitromap.library=$PWD/build/native-sanitized/libvitromap.so" \
        LIMIT=300 play "$IJ" "$1" "$(folder sanitized)"
}

# headless FILE ARG: as Fiji runs macros with --headless.
headless() {
    for artifact in net.imagej:ij1-patcher:2.0.0 org.javassist:javassist:3.30.2-GA io.github.classgraph:classgraph:4.8.162; do
        maven_copy build/headless "$artifact" || return 1
    done
    timeout 300 java -Djava.awt.headless=true -Dplugins.dir="build/imagej-$IJ" --add-opens java.base/java.lang=ALL-UNNAMED \
        -cp "build/tool:build/headless/*:build/imagej-$IJ/ij-$IJ.jar:$JAR" vitromap.tool.HeadlessRunner "$@"
}

# The same as runner_tells.
headless_tells() {
    ends() {
        printf '%s' "$2" >"$LOGS/out/ends-headless.ijm"
        got=0
        headless "$LOGS/out/ends-headless.ijm" || got=$?
        [ $got = "$1" ]
    }
    ends 0 'return "PASS";' && ends 1 'exit("text");' && ends 1 'run("No Such Command"); return "PASS";' && ends 1 'run("4D-STEM Strain Map...");'
}

# A macro that fails is told from one that runs to its end, by each way there is to fail.
runner_tells() {
    ends() {
        printf '%s' "$2" >"$LOGS/out/ends.ijm"
        got=0
        LIMIT=5 play "$IJ" "$LOGS/out/ends.ijm" || got=$?
        [ $got = "$1" ]
    }
    ends 0 'print("end");' && ends 1 'exit();' && ends 3 'exit("text");' && ends 3 'run("No Such Command");' &&
        ends 3 'x = ;' && ends 3 'run("4D-STEM Strain Map...");' && ends 4 'wait(60000);'
}

# Some seconds for each reader, from the inputs that the project makes.
short_fuzz() {
    fuzzer || { echo "SKIPPED fuzz: clang with libFuzzer is not there"; return; }
    fuzz 11
}

run_tests() {
    unset DISPLAY # nothing comes up on a user's screen
    rm -rf "$LOGS"
    mkdir -p "$LOGS/out"
    mkfifo "$LOGS/slots"
    exec 3<>"$LOGS/slots"
    for slot in $(seq "$SIDE_BY_SIDE"); do echo >&3; done
    rm -rf build/java/surefire-reports "$JAR"
    say "Library"
    one build native all
    one library library_is_closed
    say "Java, C, readers of files"
    begin java maven package
    begin c-sanitized c_tests SANITIZE=1
    begin c c_tests
    begin fuzz short_fuzz
    finish
    [ -f "$JAR" ] || jar >/dev/null # a failed test leaves no jar; the macros below still tell something
    one jar jar_is_closed
    one version versions_agree
    say "Macros in ImageJ $IJ, and the whole way elsewhere"
    one "imagej-$IJ" fresh "$IJ"
    one "imagej-$IJ_NEWEST" fresh "$IJ_NEWEST"
    begin sanitized sanitized_macro tests/macro/whole-way.ijm
    begin "macro-$IJ_NEWEST" play "$IJ_NEWEST" tests/macro/whole-way.ijm "$(folder newest)"
    begin headless headless tests/macro/whole-way.ijm "$(folder headless)"
    begin runner runner_tells
    begin headless-runner headless_tells
    for file in macros/*.ijm tests/macro/*.ijm; do
        [ ! -f "$file" ] || grep -q '^// alone' "$file" || begin "$(macro_title "$file")" macro_test "$IJ" "$file"
    done
    finish
    for file in $(grep -l '^// alone' macros/*.ijm tests/macro/*.ijm); do one "$(macro_title "$file")" macro_test "$IJ" "$file"; done
    one jni no_jni_warnings
    printf '\n%d passed, %d failed, %d skipped\n' $passed $failed $skipped
    [ $failed = 0 ]
}
