# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# The fault runner: it starts servers of its own, so that those of the checkout are not needed.

# fault [ARGS]: standard output has the counts and nothing else, so that --json is JSON.
fault() {
    exec {screen}>&-
    exec {screen}>&2
    targets=(annals_fault)
    build_only
    steps_end
    run_with_servers "$(program annals_fault)" "$@"
}
