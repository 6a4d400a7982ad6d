# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Locks, ports and processes that outlive ./dev.

# lock DIR: one ./dev at a time works in DIR; released by unlock or by the end of ./dev.
lock() {
    mkdir -p "$1" 2>/dev/null && [[ -w $1 ]] ||
        fail "$1 cannot be written." "It may belong to another user: sudo ./dev clean"
    exec {lock_fd}>>"$1/lock"
    flock -n "$lock_fd" || { echo "./dev: another ./dev is at work here, waiting for it" >&2; flock "$lock_fd"; }
    [[ /proc/self/fd/$lock_fd -ef $1/lock ]] || { unlock; lock "$1"; }     # the other one has removed DIR
}
unlock() { flock -u "$lock_fd"; exec {lock_fd}>&-; }

port_is_free() { ! (: </dev/tcp/127.0.0.1/"$1") 2>/dev/null; }

# ports FILE COUNT: that many ports, kept in FILE while they are free; below the kernel's ephemeral range.
ports() {
    local port chosen=()
    [[ -s $1 ]] && read -ra chosen <"$1"
    for port in "${chosen[@]}"; do port_is_free "$port" || chosen=(); done
    while ((${#chosen[@]} < $2)); do
        port=$((20000 + RANDOM % 12000))
        if port_is_free "$port" && [[ " ${chosen[*]} " != *" $port "* ]]; then chosen+=("$port"); fi
    done
    echo "${chosen[@]}" | tee "$1"
}

# process_of PIDFILE ARGUMENT: prints the pid in PIDFILE if it runs and has ARGUMENT on its command line.
process_of() {
    local pid='' argument
    [[ -r $1 ]] && read -r pid <"$1" 2>/dev/null || true
    [[ $pid =~ ^[0-9]+$ && -r /proc/$pid/cmdline ]] || return 1
    while IFS= read -rd '' argument; do
        if [[ $argument == "$2" ]]; then echo "$pid"; return 0; fi
    done 2>/dev/null </proc/"$pid"/cmdline
    return 1
}

# A zombie counts as gone: without a parent that reaps it, it stays for ever.
is_gone() { local stat; ! { read -r stat </proc/"$1"/stat; } 2>/dev/null || [[ $stat == *') Z '* ]]; }

# The file it runs was replaced, e.g. by an upgrade: such a server fails when it next loads a library.
is_outdated() { [[ $(readlink "/proc/$1/exe") == *' (deleted)' ]]; }

# within SECONDS COMMAND…: repeats COMMAND until it succeeds.
within() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        ((SECONDS < end)) || return 1
        read -rt 0.05 -u "$idle" _ || true
    done
}

# daemon LOG COMMAND…: starts it in a session of its own, without our files and locks; sets daemon_pid.
daemon() {
    local log_file=$1
    shift
    (
        cd /
        for fd in /proc/"$BASHPID"/fd/*; do
            fd=${fd##*/}
            if ((fd > 2)); then eval "exec $fd>&-"; fi
        done
        exec setsid "$@"
    ) </dev/null >"$log_file" 2>&1 &
    daemon_pid=$!
    disown "$daemon_pid"
}

# end PID SIGNAL SECONDS: asks it to stop, and after that time kills it and its children.
end() {
    is_gone "$1" && return
    kill -s CONT "$1" 2>/dev/null || true
    kill -s "$2" "$1" 2>/dev/null || true
    within "$3" is_gone "$1" || end_now "$1"
}

# end_now PID: like a power cut.
end_now() {
    local pid family
    family=$(family_of "$1")
    # shellcheck disable=SC2086
    kill -s KILL $family 2>/dev/null || true
    for pid in $family; do within 10 is_gone "$pid" || fail "process $pid does not end." "Look at it: ps -fp $pid"; done
}

# family_of PID: the process and its children.
family_of() { echo "$1"; cat /proc/"$1"/task/*/children 2>/dev/null || true; }

# signal_family PID SIGNAL: the process and its children; one of these may have ended meanwhile.
signal_family() {
    kill -s "$2" "$1"
    family_of "$1" | xargs kill -s "$2" 2>/dev/null || true
}
