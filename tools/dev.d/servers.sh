# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# The servers of this checkout (home .dev) and private ones for single tests (home .dev/instances/NAME).

servers=(postgres kafka)

# start SERVER HOME: unless it runs already with the files that are installed now.
start() {
    local pid
    if pid=$("$1_pid" "$2"); then
        if ! is_outdated "$pid"; then return; fi
        stop "$1" "$2"
    fi
    "start_$1" "$2"
}

# stop SERVER HOME: cleanly; after a minute by force.
stop() {
    local pid signal=TERM
    if [[ $1 == postgres ]]; then signal=INT; fi         # SIGTERM would wait for its clients
    if pid=$("$1_pid" "$2"); then end "$pid" "$signal" 60; fi
}

start_servers() {
    local server
    remove_abandoned
    for server in "${servers[@]}"; do start "$server" "$dot"; done
    servers_result="PostgreSQL :$(<"$dot/postgres/port"), Kafka :$(cut -d ' ' -f 1 "$dot/kafka/ports")"
}

stop_everything() {
    local home server
    for home in "$dot" "$dot"/instances/*/; do
        for server in "${servers[@]}"; do stop "$server" "${home%/}"; done
    done
}

# remove SERVER HOME: stops it and deletes its data.
remove() {
    stop "$1" "$2"
    if [[ -L $2/$1/elsewhere ]]; then rm -rf "$(readlink -f "$2/$1/elsewhere")"; fi
    rm -rf "${2:?}/$1"
    if [[ $2 != "$dot" && -z $(ls -A -I lock -I owner "$2" 2>/dev/null) ]]; then rm -rf "$2"; fi
}

clean() {
    local home server
    stop_everything
    for home in "$dot" "$dot"/instances/*/; do
        for server in "${servers[@]}"; do remove "$server" "${home%/}"; done
    done
    rm -rf "$dot" "$top/build"
}

# server_env HOME [SERVER]: export lines of what runs there.
server_env() {
    if [[ ${2-postgres} == postgres ]] && postgres_pid "$1" >/dev/null; then
        printf 'export PGHOST=127.0.0.1 PGPORT=%s PGUSER=annals PGDATABASE=annals\n' "$(<"$1/postgres/port")"
    fi
    if [[ ${2-kafka} == kafka ]] && kafka_pid "$1" >/dev/null; then
        printf 'export ANNALS_KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:%s\n' "$(cut -d ' ' -f 1 "$1/kafka/ports")"
    fi
}

# For the servers that run; a note says which one does not.
print_env() {
    local server stopped=()
    for server in "${servers[@]}"; do "${server}_pid" "$dot" >/dev/null || stopped+=("$server"); done
    if ((${#stopped[@]} == ${#servers[@]})); then
        fail "the servers of this checkout are not running." "Start them with: ./dev up"
    fi
    for server in "${stopped[@]}"; do echo "$server is not running: ./dev server start $server" >&2; done
    environment
}

# What a shell and the tests need: programs, servers, and the compiler cache for a build by hand.
environment() {
    local bin=$top/build/$preset/bin
    if [[ :$PATH: != *":$bin:"* ]]; then printf 'export PATH=%q:"$PATH"\n' "$bin"; fi
    printf 'export ANNALS_DEV=%q\n' "$top/dev"
    server_env "$dot"
    printf 'export CCACHE_DIR=%q\n' "$ccache"
}

# server VERB SERVER [NAME]
server() {
    local verb=${1-} server=${2-} home=$dot pid
    [[ $verb =~ ^(start|restart|stop|kill|pause|resume|pid|log|keep|remove)$ ]] ||
        misused "server '$verb': the verb is start, restart, stop, kill, pause, resume, pid, log, keep or remove."
    [[ $server == postgres || $server == kafka ]] || misused "server $verb: which, postgres or kafka?"
    if [[ -n ${3-} ]]; then
        [[ $3 =~ ^[A-Za-z0-9_][A-Za-z0-9._-]*$ ]] ||
            misused "'$3' is not a name for a private server: use letters, digits, '_', '-' and '.'."
        home=$dot/instances/$3
    fi
    if [[ $verb == start && -n ${ANNALS_DEV_OWNER-} ]]; then remove_abandoned; fi
    if [[ ! $verb =~ ^(pid|log)$ ]]; then lock "$home"; fi
    if [[ $verb == start && -n ${ANNALS_DEV_OWNER-} && $home != "$dot" ]]; then belongs_to "$home" "$ANNALS_DEV_OWNER"; fi
    pid=$("${server}_pid" "$home") || true
    if [[ -z $pid && $verb =~ ^(kill|pause|resume|pid)$ ]]; then fail "${*:2} is not running." "Start it with: ./dev server start ${*:2}"; fi
    case $verb in
        start)   ensure_tools; start "$server" "$home"; server_env "$home" "$server" ;;
        restart) stop "$server" "$home"; start "$server" "$home"; server_env "$home" "$server" ;;
        stop)    stop "$server" "$home" ;;
        kill)    end_now "$pid" ;;
        pause)   signal_family "$pid" STOP ;;
        resume)  signal_family "$pid" CONT ;;
        pid)     echo "$pid" ;;
        log)     cat "$home/$server/log" ;;
        keep)    rm -f "$home/owner" ;;                  # no longer removed with the test that it belonged to
        remove)  remove "$server" "$home" ;;
    esac
}
