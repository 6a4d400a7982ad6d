# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Benchmarks, and the stores that they compare with. Each store is fetched once, as released, by its own language's
# client. If that fails, it is left out, and the benchmark says so.

message_db=message-db-1.3.1         # its directory in .dev
message_db_sha512=9f785d13960064d5d3af61caf601b4189e9dbac81d139e382d3bd2fb6d7fc8e10706f36e5333665d7c39bd2d39be97ba452ba1cd3472e56834abb73555f260f8
eventsourcing=eventsourcing-9.5.6
eventsourcing_packages=(
    eventsourcing==9.5.6 psycopg==3.3.9 psycopg-binary==3.3.9 psycopg-pool==3.3.3 typing_extensions==4.16.0
)

dbos=dbos-3.4.0
dbos_packages=(
    click==8.5.1 croniter==7.0.0 dbos==3.4.0 greenlet==3.5.6 psycopg==3.3.9 psycopg-binary==3.3.9
    python-dateutil==4.0.0 PyYAML==6.0.4 SQLAlchemy==2.1.9 typing_extensions==4.16.0 tzdata==2026.6
)

# bench [NAME] [ARGS]: help needs no servers.
bench() {
    targets=(annals annals_bench)
    if (($# == 0)) || [[ " $* " =~ \ (-h|--help)\  ]]; then
        build_only
        steps_end
        exec "$(program annals_bench)" "$@"
    fi
    up 5
    step benchmark
    if [[ ${1-} == reading || ${1-} == peers ]]; then have_message_db; fi
    if [[ ${1-} == peers ]]; then have_eventsourcing; fi
    if [[ ${1-} == sagas ]]; then have_dbos; fi
    step_done "${1-benchmarks}"; steps_end
    run_with_servers "$(program annals_bench)" "$@"
}

# The benchmark finds a store by its variable; ..._MISSING has the reason why there is none.
have_message_db() {
    export ANNALS_BENCH_MESSAGE_DB='' ANNALS_BENCH_MESSAGE_DB_MISSING='npm is not installed (apt-get install npm)'
    command -v npm >/dev/null || return 0
    try_once "$message_db" "fetching message-db" fetch_message_db
    ANNALS_BENCH_MESSAGE_DB_MISSING=$tried
    if [[ -z $tried ]]; then ANNALS_BENCH_MESSAGE_DB=$dot/$message_db/package; fi
}

# fetch_message_db DIRECTORY
fetch_message_db() {
    cd "$1"
    npm pack --silent --cache "$1/cache" "@eventide/message-db@${message_db##*-}"
    echo "$message_db_sha512  eventide-$message_db.tgz" | sha512sum --check -
    tar -xzf "eventide-$message_db.tgz"
    rm -rf "$1/cache"
    cd "$top"
}

have_eventsourcing() {
    have_python "$eventsourcing" ANNALS_BENCH_EVENTSOURCING eventsourcing_callers.py "${eventsourcing_packages[@]}"
}

have_dbos() {
    have_python "$dbos" ANNALS_BENCH_DBOS dbos_workflows.py "${dbos_packages[@]}"
}

# have_python DIRECTORY VARIABLE SCRIPT PACKAGES…: a script of benchmarks/peers/ with what it needs.
have_python() {
    local directory=$1 variable=$2 script=$3
    shift 3
    export "$variable=" "${variable}_MISSING=it needs Python 3.11 with venv (apt-get install python3-venv)"
    python3 -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || return 0
    python_packages=("$@")
    try_once "$directory" "fetching ${directory%%-*}" fetch_python
    export "${variable}_MISSING=$tried"
    if [[ -z $tried ]]; then export "$variable=$dot/$directory/bin/python $top/benchmarks/peers/$script"; fi
}

# fetch_python DIRECTORY
fetch_python() {
    python3 -m venv "$1"
    "$1/bin/pip" install --no-cache-dir --disable-pip-version-check --no-deps "${python_packages[@]}"
}

# try_once NAME WHAT MAKE: `once`, but a failure only sets `tried` to the message about it.
try_once() {
    tried=''
    (trap stop_ticker EXIT; once "$@") &
    wait $! || tried="it could not be fetched (.dev/log/$1.log says why)"
}
