#!/bin/sh
# Builds, tests and runs Vitromap. SPDX-License-Identifier: GPL-3.0-or-later
# Each verb is a function below; ./build.sh help prints what they do.
set -eu
cd "$(dirname "$0")"

VERSION=$(sed -n 's:.*<version>\(.*\)</version>.*:\1:p' java-shim/pom.xml | head -n 1)
JAR=dist/Vitromap_-$VERSION.jar
IJ=1.53t # the oldest ImageJ that is supported; tests also take the newest
IJ_NEWEST=1.54p
JOBS=$(nproc 2>/dev/null || echo 2)

help() {
    cat <<'EOF'
./build.sh VERB

  demo              simulates a glass with a shear band, maps its strain in ImageJ and compares with the truth
  test              all tests: C (plain, AddressSanitizer, UBSan), Java, macros in a real ImageJ
  jar               dist/Vitromap_-VERSION.jar: drop it into plugins/ of ImageJ or Fiji
  run [FILE]        ImageJ with the plugin, and FILE opened
  macro FILE [ARG]  runs a macro in ImageJ (on a virtual display if there is none); exit status 0 = it ran to
                    its end. Environment: LIMIT = seconds it may take (600), JAVA_FLAGS, IJ = version of ImageJ
  fuzz [SECONDS]    damaged headers made by libFuzzer, in all so many seconds for all readers (60); needs clang
  bench             speed, against one plain pass over the same data
  docs              takes the pictures of the user guide anew (docs/images)
  clean             removes all that was built

Needs Debian or Ubuntu's packages of the list in this file; what is missing is installed, or the one line
to run is printed. Java libraries come by Maven.
EOF
}

say() { printf '\n== %s\n' "$*"; }
die() { printf '%s\n' "$*" >&2; exit 1; }

# ---- what the build needs: a command or file, and the package that brings it ----
need() {
    missing=
    want() { [ -e "$1" ] || command -v "$1" >/dev/null || missing="$missing $2"; }
    want javac default-jdk
    want mvn maven
    want gcc gcc
    want make make
    want xvfb-run "xvfb xauth fonts-dejavu-core"
    lib=/usr/lib/$(gcc -print-multiarch 2>/dev/null || echo "$(uname -m)-linux-gnu")
    want /usr/include/fftw3.h libfftw3-dev
    want "$lib/liblapack_pic.a" liblapack-dev
    want "$lib/blas/libblas.a" libblas-dev
    want /usr/include/cmocka.h libcmocka-dev
    case $(javac -version 2>&1) in *" 1."*) die "This JDK is too old: 11 or later is needed to build." ;; esac
    [ -z "$missing" ] && return
    line="apt-get install -y$missing"
    command -v apt-get >/dev/null || die "Missing (as Debian calls them):$missing"
    say "Missing:$missing"
    if [ "$(id -u)" = 0 ]; then apt-get update -q && DEBIAN_FRONTEND=noninteractive $line
    elif command -v sudo >/dev/null && [ -t 0 ]; then sudo apt-get update -q && sudo $line
    else die "Run this and try again:  sudo $line"; fi
}

# ---- building ----
# Quiet unless it fails.
maven() {
    mkdir -p build
    mvn -B -Dstyle.color=never -f java-shim/pom.xml "$@" >build/maven.log 2>&1 || { cat build/maven.log; return 1; }
}

# maven_copy FOLDER GROUP:ARTIFACT:VERSION
maven_copy() {
    name=${2#*:}
    [ -f "$1/$(echo "$name" | tr : -).jar" ] || maven dependency:copy -Dartifact="$2" -DoutputDirectory="$PWD/$1"
}

native() { need && make -s -C native -j "$JOBS" "$@"; }

jar() {
    native all && maven package -DskipTests && echo "$JAR"
}

# An ImageJ of a version with the plugin in it, made new: build/imagej-VERSION.
imagej() {
    home=build/imagej-$1
    mkdir -p "$home/plugins" build/tool && rm -f "$home"/plugins/Vitromap_-*.jar &&
        maven_copy "$home" "net.imagej:ij:$1" && cp "$JAR" "$home/plugins/" &&
        javac -d build/tool -cp "$home/ij-$1.jar" tests/java/vitromap/tool/*.java
}

# A command with the user's display, or a virtual one.
display() {
    if [ -n "${DISPLAY:-}" ]; then "$@"
    else xvfb-run -a -s "-screen 0 1600x1200x24" "$@"; fi
}

# play VERSION MACRO [ARG]: a macro in that ImageJ, which is there already. STAY=1: ImageJ stays open.
play() {
    home=build/imagej-$1
    ij=$home/ij-$1.jar
    limit=${LIMIT:-600}
    shift
    set -- ${JAVA_FLAGS:-} -Dvitromap.limit="$limit" -cp "build/tool:$ij" vitromap.tool.MacroRunner "$home" "$@"
    if [ -n "${STAY:-}" ]; then java -Dvitromap.stay=true "$@"
    else display timeout -k 10 $((limit + 30)) env ${JAVA_ENV:-} java "$@"; fi
}

macro() {
    [ $# -gt 0 ] && [ -f "$1" ] || die "./build.sh macro FILE [ARG]: no file '${1:-}'"
    jar >/dev/null
    imagej "$IJ"
    play "$IJ" "$@"
}

run() {
    [ $# = 0 ] || [ -f "$1" ] || die "./build.sh run [FILE]: no file '$1'"
    [ -n "${DISPLAY:-}" ] || die "There is no display (DISPLAY is not set). For a macro: ./build.sh macro FILE"
    jar
    imagej "$IJ_NEWEST"
    if [ $# = 0 ]; then set -- ; else set -- -eval "run(\"4D-STEM Open...\", \"path=[$(realpath "$1")]\");"; fi
    java -jar "build/imagej-$IJ_NEWEST/ij-$IJ_NEWEST.jar" -ijpath "$PWD/build/imagej-$IJ_NEWEST" "$@"
}

demo() {
    jar
    imagej "$IJ_NEWEST"
    out=$PWD/build/demo
    mkdir -p "$out"
    say "The maps, as TIFF and PNG, come to $out"
    STAY=${DISPLAY:-} play "$IJ_NEWEST" macros/demo.ijm "$out"
}

bench() {
    native bench
    for program in build/bench/*; do
        [ -f "$program" ] && say "${program#build/bench/}" && "$program"
    done
    jar >/dev/null
    imagej "$IJ"
    classes=$JAR:build/imagej-$IJ/ij-$IJ.jar
    mkdir -p build/bench/classes
    for program in StrainBench VirtualBench ExplorerBench; do
        say "$program"
        javac -d build/bench/classes -cp "$classes" "tests/bench/$program.java"
        java -Djava.awt.headless=true -Xmx3g -cp "build/bench/classes:$classes" "$program" "$@"
    done
    for program in ReadBench Hdf5Bench; do
        say "$program"
        javac -d build/bench/classes -cp "$classes" "tests/bench/$program.java"
        java -Djava.awt.headless=true -Xmx3g -cp "build/bench/classes:$classes" "$program"
    done
}

docs() {
    jar >/dev/null
    imagej "$IJ"
    for file in tests/docs/*.ijm macros/thesis_shear_band.ijm macros/symmetry.ijm macros/dynamics.ijm; do play "$IJ" "$file" "$PWD/docs/images"; done
    mkdir -p build/demo
    play "$IJ" macros/demo.ijm "$PWD/build/demo"
    cp build/demo/sample-glass-Strain.png docs/images/strain-slices.png
}

# clang with its fuzzer; installed where that takes no password.
fuzzer() {
    works() { mkdir -p build && echo 'int LLVMFuzzerTestOneInput(void); int LLVMFuzzerTestOneInput(void) { return 0; }' |
        clang -fsanitize=fuzzer,address,undefined -x c - -o build/fuzzer-works 2>/dev/null; }
    works && return
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
    apt-get update -q >/dev/null 2>&1 || true
    version=$(apt-cache depends clang 2>/dev/null | sed -n 's/.*Depends: clang-\([0-9]*\)$/\1/p')
    DEBIAN_FRONTEND=noninteractive apt-get install -qy clang "libclang-rt-$version-dev" >/dev/null 2>&1
    works
}

# What it finds stays in build/fuzz/found, so that the next run begins there; an input that breaks something is build/fuzz/crash-READER-...
fuzz() {
    need
    fuzzer || die "clang with libFuzzer is missing (Debian: apt-get install clang libclang-rt-14-dev, or the number of your clang)"
    make -s -C native -j "$JOBS" fuzz
    readers=$(ls build/fuzz/seeds)
    each=$(((${1:-60} + $(echo "$readers" | wc -w) - 1) / $(echo "$readers" | wc -w)))
    total=0
    for reader in $readers; do
        mkdir -p "build/fuzz/found/$reader"
        "build/fuzz/fuzz_$reader" -max_total_time=$each -max_len=8192 -timeout=10 -malloc_limit_mb=64 -print_final_stats=1 \
            -artifact_prefix="build/fuzz/crash-$reader-" "build/fuzz/found/$reader" "build/fuzz/seeds/$reader" >"build/fuzz/$reader.log" 2>&1 ||
            { tail -n 40 "build/fuzz/$reader.log"; die "The reader of $reader broke a promise; the input is build/fuzz/crash-$reader-..."; }
        count=$(sed -n 's/^stat::number_of_executed_units: *//p' "build/fuzz/$reader.log")
        echo "$reader: $count inputs"
        total=$((total + count))
    done
    echo "$total inputs in all, no finding"
}

clean() { rm -rf build dist; }

verb=${1:-help}
[ $# = 0 ] || shift
case $verb in
demo | test | jar | run | macro | fuzz | bench | docs | clean) ;;
help | -h | --help) verb=help ;;
*) help >&2; die "No verb '$verb'." ;;
esac
case $verb in
test) . tests/run.sh; run_tests ;;
*) "$verb" "$@" ;;
esac
