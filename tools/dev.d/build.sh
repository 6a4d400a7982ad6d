# SPDX-License-Identifier: Apache-2.0
# Configure, compile, migrate, and run what came out.
# shellcheck shell=bash disable=SC2154

program() { echo "$top/build/$preset/bin/$1"; }

# Settings that a build by hand (cmake, ninja) should share with ./dev; the compiler cache stays inside the checkout.
build_environment() {
    local cache=${ANNALS_DEV_CACHE:-$dot}
    printf 'export CMAKE_PREFIX_PATH=%q CMAKE_CXX_COMPILER_LAUNCHER=ccache\n' "$dot/pqxx"
    printf 'export CCACHE_DIR=%q CCACHE_BASEDIR=%q\n' "${CCACHE_DIR:-$cache/ccache}" "$top"
    if [[ -n ${ANNALS_DEV_CACHE-} ]]; then echo 'export CCACHE_NOHASHDIR=yes'; fi
}

build() {
    local tree=$top/build/$preset
    if [[ ! -e CMakeLists.txt ]]; then build_result="nothing to build yet"; return; fi
    eval "$(build_environment)"
    if [[ ! -e $tree/build.ninja || CMakePresets.json -nt $tree/build.ninja ]]; then
        logged build "configuring" cmake --preset "$preset"
    fi
    logged build "building" nice ninja -C "$tree" -j "$jobs"
    build_result="built in $(took "$step_began")"
}

# The program says the schema's number in its last line.
migrate() {
    local annals
    annals=$(program annals)
    schema_result="no schema yet"
    if [[ ! -x $annals ]]; then return; fi
    eval "$(environment)"
    logged migrate "migrating" "$annals" migrate
    schema_result=$(tail -n 1 "$dot/log/migrate.log" | grep -oE 'schema [0-9]+' || echo "schema ok")
}

# run_with_servers PROGRAM ARGS: its exit code is ours.
run_with_servers() {
    eval "$(environment)"
    if [[ -d $top/../shared ]]; then ANNALS_SHARED=$(cd "$top/../shared" && pwd -P); export ANNALS_SHARED; fi
    [[ ! $1 == /* || -x $1 ]] || fail "${1#"$top"/} was not built." "See .dev/log/build.log"
    exec "$@"
}

# run_tests [LABEL] [ctest arguments]
run_tests() {
    local label=()
    if [[ ${1-} =~ ^(unit|integration|fault)$ ]]; then label=(-L "^$1\$"); shift; fi
    run_with_servers ctest --preset "$preset" --output-on-failure "${label[@]}" "$@"
}
