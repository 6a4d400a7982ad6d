# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# What a person sees: one entry per step, signs of life during long work, and what to do after a failure.

steps_total=0 step_number=0 step_name='' step_line=''
explained=97                        # exit status when the failure was already explained, also from a subshell
log=/dev/null doing='' ticker=''
exec {screen}>&1 {complaints}>&2 {idle}<> <(:)
step_began=$SECONDS

on_terminal() { [[ -t $screen && ${TERM-dumb} != dumb ]]; }
dim()  { if [[ -z ${NO_COLOR-} ]]; then printf '\e[2m%s\e[0m' "$1"; else printf '%s' "$1"; fi; }
took() { local s=$((SECONDS - $1)); if ((s < 60)); then echo "$s s"; else echo "$((s / 60)) m $((s % 60)) s"; fi; }

step() {
    step_number=$((step_number + 1)) step_name=$1 step_began=$SECONDS
    doing=$1
}

# step_done TEXT: on a terminal all steps share a line while it has room.
step_done() {
    local text="[$step_number/$steps_total] $1" columns
    if on_terminal; then
        columns=$(tput cols 2>/dev/null || echo 80)
        if ((${#step_line} + ${#text} > columns - 2)); then printf '\n' >&"$screen"; step_line=''; fi
        printf '\r\e[K%s%s  ' "$step_line" "$text" >&"$screen"
        step_line+="$text  "
    else
        printf '%s\n' "$text" >&"$screen"
    fi
}

steps_end() { if on_terminal; then printf '\n' >&"$screen"; step_line=''; fi; }

# tick WHAT: shows every half second (every half minute if nobody watches) that the work continues.
tick() {
    local since=$SECONDS pause=30 progress
    if on_terminal; then pause=0.5; fi
    while ! read -rt "$pause" -u "$idle" _ && kill -0 $$ 2>/dev/null; do
        progress=$(tail -c 4000 "$log" 2>/dev/null | grep -aoE '^\[[0-9]+/[0-9]+\]' | tail -n 1 || true)
        if on_terminal; then
            printf '\r\e[K%s%s' "$step_line" "$(dim "[$step_number/$steps_total] $1 … $(took "$since") $progress")"
        else
            printf '      %s: %s %s\n' "$1" "$(took "$since")" "$progress"
        fi >&"$screen"
    done
}

stop_ticker() {
    [[ -n $ticker ]] || return 0
    kill "$ticker" 2>/dev/null || true
    wait "$ticker" 2>/dev/null || true
    ticker=''
}

# watch_log LOG WHAT … watch_end: shows that WHAT continues; if ./dev fails meanwhile, LOG has the reason.
watch_log() { log=$1 doing=$2; tick "$2" & ticker=$!; }
watch_end() { stop_ticker; log=/dev/null; }

# logged LOG WHAT COMMAND…: runs it with its output in .dev/log/LOG.log; `set -e` stays in force inside.
logged() {
    mkdir -p "$dot/log"
    printf '\n== %s: %s\n' "$(date -u +%FT%TZ)" "$2" >>"$dot/log/$1.log"
    watch_log "$dot/log/$1.log" "$2"
    "${@:3}" >>"$log" 2>&1 </dev/null
    watch_end
}

# fail WHAT WHAT_TO_DO: ends ./dev when the cause is known.
fail() {
    stop_ticker
    steps_end
    printf './dev: %s\n' "$1" >&"$complaints"
    printf '%s\n' "${@:2}" | sed 's|^|       |' >&"$complaints"
    exit "$explained"
}

# misused WHAT: ends ./dev when its command line is wrong.
misused() {
    printf './dev: %s\n       See: ./dev help\n' "$1" >&"$complaints"
    exit 2
}

# What the end of a log means, and what to do.
advice() {
    case $1 in
        *'No space left on device'*) echo "The disk is full: $(df -h --output=target,avail "$dot" | tail -n 1) left. Make room and try again." ;;
        *'Temporary failure resolving'* | *'Could not resolve'* | *'Unknown host'* | *'Could not connect'* | \
            *'Network is unreachable'* | *'Could not transfer artifact'* | *'Failed to fetch'*)
            echo "A download failed. Check the network (and the proxy settings) and try again; what was fetched is kept." ;;
        *'dpkg was interrupted'*) echo "Run: sudo dpkg --configure -a" ;;
        *'Could not get lock'*) echo "Another program is installing packages. Wait for it and try again." ;;
        *NO_PUBKEY*) echo "Debian's keys are too old: apt-get install debian-archive-keyring, and try again." ;;
        *'Address already in use'*) echo "Something else took the port. Try again: another one is chosen." ;;
        *'Killed signal terminated program'* | *'out of memory'* | *'Cannot allocate memory'*)
            echo "The machine ran out of memory. Close something, or build with fewer jobs: ninja -C build/$preset -j 1" ;;
        *'Permission denied'*) echo "If an earlier ./dev ran as another user: sudo ./dev clean" ;;
        *) echo "Fix what it names and run the same command again." ;;
    esac
}

# The last 20 lines of the last work in the log; compiler commands cut short.
end_of_log() { awk '/^== /{ n = 0 } { line[n++] = substr($0, 1, 300) } END { for (i = n > 20 ? n - 20 : 0; i < n; ++i) print line[i] }' "$log"; }

at_exit() {
    local status=$? end=''
    stop_ticker
    if ((status == explained)); then exit 1; fi
    if ((status == 0)) || [[ -z $doing ]]; then return; fi
    steps_end
    if ((status > 128)); then printf './dev: stopped while at: %s\n' "$doing" >&"$complaints"; return; fi
    if [[ $log != /dev/null ]]; then end=$(end_of_log); fi
    {
        printf './dev: this failed: %s\n' "$doing"
        if [[ -n $end ]]; then printf '%s\n' "$end" | sed 's/^/    /'; fi
        printf '       %s\n' "$(advice "$end")"
        if [[ $log != /dev/null ]]; then printf '       All of it is in %s\n' "${log#"$top"/}"; fi
    } >&"$complaints"
}
trap at_exit EXIT
