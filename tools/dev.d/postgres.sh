# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# A private PostgreSQL: superuser and database `annals`, trust, loopback and a socket only. A home is .dev or
# .dev/instances/NAME; the server is in home/postgres.

# PostgreSQL refuses to run as root: there it runs as Debian's user for it.
as_server_user=()
if ((EUID == 0)); then as_server_user=(setpriv --reuid=postgres --regid=postgres --init-groups --); fi

# postgres_place HOME: where data and socket are. Outside home/postgres only if the server's user cannot reach that (a
# checkout below /root) or a socket's path would be longer than the kernel allows (107 bytes).
postgres_place() {
    local here=$1/postgres place
    if [[ -d $here/elsewhere ]]; then readlink -f "$here/elsewhere"; return; fi
    mkdir -p "$here"
    if ((EUID == 0)); then chown postgres: "$here"; fi
    place=$here
    if ((${#here} > 80)) || ! "${as_server_user[@]}" test -w "$here"; then
        place=$(mktemp -d /var/tmp/annals-XXXXXX)
        if ((EUID == 0)); then chown postgres: "$place"; fi
        ln -sfn "$place" "$here/elsewhere"
    fi
    echo "$place"
}

# postgres_bin [VERSION]: the directory of the newest installed server, or of that version.
postgres_bin() {
    local bin
    bin=$(printf '%s\n' /usr/lib/postgresql/${1:-*}/bin | sort -V | tail -n 1)
    [[ -x $bin/initdb ]] || fail "PostgreSQL ${1-} is not installed, but .dev has its data." "Install it, or start again: ./dev clean"
    echo "$bin"
}

postgres_pid() {
    local place
    [[ -d $1/postgres ]] || return 1
    place=$(postgres_place "$1")
    process_of "$place/data/postmaster.pid" "$place/data"
}

# fsync stays on, so that figures and crash tests are meaningful; the WAL is large enough to avoid checkpoints in
# between.
postgres_settings() {
    cat <<END
listen_addresses = '127.0.0.1'
port = $2
unix_socket_directories = '"$1/socket"'
max_connections = 400
shared_buffers = 512MB
wal_level = replica
max_wal_size = 8GB
checkpoint_timeout = 30min
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %q%d %a: '
log_lock_waits = on
lc_messages = 'C'
END
}

create_postgres() {
    local data=$1/data bin
    bin=$(postgres_bin)
    "${as_server_user[@]}" rm -rf "$data.new"
    cd /
    "${as_server_user[@]}" env LC_ALL=C.UTF-8 "$bin/initdb" -D "$data.new" -U annals -A trust -E UTF8 --locale=C.UTF-8 --no-sync
    echo 'create database annals' | "${as_server_user[@]}" "$bin/postgres" --single -D "$data.new" postgres
    "${as_server_user[@]}" mkdir -p -m 700 "$1/socket"
    "${as_server_user[@]}" mv "$data.new" "$data"
    cd "$top"
}

# start_postgres HOME
start_postgres() {
    local place port bin server_log=$1/postgres/log
    place=$(postgres_place "$1")
    [[ -e $place/data/PG_VERSION ]] || logged postgres "creating a PostgreSQL server" create_postgres "$place"
    "${as_server_user[@]}" test -w "$place/data" ||
        fail "$place/data belongs to another user." "Run ./dev as that user, or start again: sudo ./dev clean"
    bin=$(postgres_bin "$(<"$place/data/PG_VERSION")")
    for _ in 1 2 3; do
        port=$(ports "$1/postgres/port" 1)
        postgres_settings "$place" "$port" | "${as_server_user[@]}" tee "$place/data/postgresql.conf" >/dev/null
        forget_zombie "$place"
        daemon "$server_log" "${as_server_user[@]}" "$bin/postgres" -D "$place/data"
        watch_log "$server_log" "starting PostgreSQL on port $port"
        within 60 postgres_has_decided "$place/data/postmaster.pid"
        watch_end
        if ! is_gone "$daemon_pid"; then return; fi
        grep -q 'Address already in use' "$server_log" || break
    done
    log=$server_log
    false
}

# A killed server that is still a zombie looks to PostgreSQL as if it held its data and its socket. Each is checked on
# its own: the data may be a copy that was put back.
forget_zombie() {
    local lock pid
    for lock in "$1"/data/postmaster.pid "$1"/socket/.s.PGSQL.*.lock; do
        { read -r pid <"$lock"; } 2>/dev/null || continue
        if [[ -d /proc/$pid ]] && is_gone "$pid"; then rm -f "$lock" "${lock%.lock}"; fi
    done
}

# The eighth line of its pid file says `ready`; a connection might reach another server on the same port.
postgres_has_decided() {
    local lines=()
    is_gone "$daemon_pid" && return
    mapfile -t lines 2>/dev/null <"$1" || return 1
    [[ ${lines[0]-} == "$daemon_pid" && ${lines[7]-} == ready* ]]
}
