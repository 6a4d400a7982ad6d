# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# The fault runner: it starts servers of its own, so that those of the checkout are not needed.

# fault [ARGS]
fault() {
    targets=(annals_fault)
    build_only
    steps_end
    run_with_servers "$(program annals_fault)" "$@"
}
