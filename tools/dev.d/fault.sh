# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# The fault runner: it starts servers of its own, so that those of the checkout are not needed.

# fault [ARGS]: standard output has the counts and nothing else, so that --json is JSON.
fault() {
    exec {screen}>&-
    exec {screen}>&2
    if [[ ${1-} == sagas ]]; then fault_sagas "${2-10}"; fi
    targets=(annals_fault)
    build_only
    steps_end
    run_with_servers "$(program annals_fault)" "$@"
}

# fault_sagas MINUTES: processes with sagas, killed, stopped and cut off. A round takes about five seconds.
fault_sagas() {
    targets=(killed_sagas_test)
    up 4
    steps_end
    export ANNALS_ROUNDS=$(($1 * 12))
    run_with_servers "$(program killed_sagas_test)"
}
