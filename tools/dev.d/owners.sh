# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Private servers that belong to a test. When the test was killed, the next ./dev that starts servers removes them.

# began PID: prints when it began, in the kernel's ticks; fails when it is gone. With the pid this names one process,
# although pids are used again. The 22nd field of stat, counted behind the name, which may have blanks.
began() {
    local stat fields
    is_gone "$1" && return 1
    { read -r stat </proc/"$1"/stat; } 2>/dev/null || return 1
    read -ra fields <<<"${stat##*) }"
    echo "${fields[19]}"
}

# belongs_to HOME PID: from now on the servers there are removed when that process is gone. Its lock is held.
belongs_to() {
    local since
    since=$(began "$2") || fail "there is no process $2 that $1 could belong to." "It is named by ANNALS_DEV_OWNER."
    echo "$2 $since" >"$1/owner.new"
    mv "$1/owner.new" "$1/owner"
}

# is_abandoned HOME: it belonged to a process that is gone. What belongs to nobody stays: a person started it.
is_abandoned() {
    local pid='' since=''
    { read -r pid since <"$1/owner"; } 2>/dev/null || return 1
    [[ $pid =~ ^[0-9]+$ && -n $since && $(began "$pid") != "$since" ]]
}

# remove_abandoned: skips a home in which another ./dev is at work, also one that removes it. Nothing is looked at but
# what is in .dev/instances, and a process is stopped only if its command line names that home.
remove_abandoned() {
    local home server pid
    for home in "$dot"/instances/*/; do
        home=${home%/}
        is_abandoned "$home" || continue
        (
            { exec {lock_fd}>>"$home/lock"; } 2>/dev/null && flock -n "$lock_fd" && is_abandoned "$home" || exit 0
            for server in "${servers[@]}"; do
                if pid=$("${server}_pid" "$home"); then family_of "$pid" | xargs kill -s CONT || true; fi
                remove "$server" "$home"
            done
            echo "./dev: removed the servers ${home##*/}: the test that they belonged to is gone" >&"$complaints"
        ) || true
    done
}
