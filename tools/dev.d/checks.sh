# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Format and lint.

cpp_files() { git ls-files -z --cached --others --exclude-standard '*.hpp' '*.cpp'; }

format() {
    lock "$dot"
    ensure_packages clang-format-19
    cpp_files | xargs -0r clang-format-19 -i
}

lint() {
    lock "$dot"
    ensure_packages clang-format-19 clang-tidy-19 shellcheck
    shellcheck -x dev .ci/run
    cpp_files | xargs -0r clang-format-19 --dry-run -Werror
    ensure_tools
    build
    run-clang-tidy-19 -quiet -p "$top/build/$preset" -j "$jobs" "^$top/(?!build/)"
}
