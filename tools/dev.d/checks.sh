# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Format and lint.

cpp_files() { git ls-files -z --cached --others --exclude-standard '*.hpp' '*.cpp'; }

format() {
    lock "$dot"
    ensure_packages clang-format-19
    cpp_files | xargs -0r clang-format-19 -i
}

# lint [FILE…]: the quick checks first. The compiler's view of all files takes many minutes; that of FILES less.
lint() {
    local unformatted files=("$@")
    lock "$dot"
    ensure_packages clang-format-19 clang-tidy-19 shellcheck
    shellcheck -x dev .ci/run tools/measure_idle.sh
    unformatted=$(cpp_files | xargs -0r -n 1 -P "$jobs" sh -c 'clang-format-19 --dry-run -Werror "$0" 2>/dev/null || echo "$0"')
    [[ -z $unformatted ]] || fail "these files are not formatted:" "$unformatted" "Run: ./dev format"
    ensure_tools
    build
    if ((${#files[@]} == 0)); then files=("^$top/(?!build/)"); fi
    nice run-clang-tidy-19 -quiet -p "$top/build/$preset" -j "$jobs" "${files[@]}"
}
