# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Configure, compile, migrate, and run the programs.

ccache=${CCACHE_DIR:-${ANNALS_DEV_CACHE:-$dot}/ccache}     # not in the home directory

targets=()                          # what to build; nothing: everything

program() { echo "$top/build/$preset/bin/$1"; }

build() {
    local tree=$top/build/$preset
    export CCACHE_DIR="$ccache"
    if [[ ! -e $tree/build.ninja || CMakePresets.json -nt $tree/build.ninja ]]; then
        logged build "configuring" cmake --preset "$preset"
    fi
    logged build "building" nice ninja -C "$tree" -j "$jobs" "${targets[@]}"
    build_result="built in $(took "$step_began")"
    if [[ $(tail -n 1 "$dot/log/build.log") == *'no work to do.' ]]; then build_result="build ok"; fi
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
    [[ $1 != /* || -x $1 ]] || fail "${1#"$top"/} was not built." "See .dev/log/build.log"
    exec {screen}>&- {complaints}>&- {idle}>&-
    exec "$@"
}

# run_tests [LABEL] [ctest arguments]
run_tests() {
    local label=()
    if [[ ${1-} =~ ^(unit|integration|fault)$ ]]; then label=(-L "^$1\$"); shift; fi
    run_with_servers ctest --preset "$preset" --output-on-failure --parallel $(($(nproc) + 1)) "${label[@]}" "$@"
}
