#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What `annals run` costs while nothing happens, by feed and number of SQL projections: processor time and statements.
# With servers of its own, which it removes. Needs a build: tools/measure_idle.sh [SECONDS [PROJECTIONS…]]
# MEASURE_TOP=1 shows the statements that were sent most.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
seconds=${1-60}
counts=("${@:2}")
if ((${#counts[@]} == 0)); then counts=(0 1 8 32); fi
annals=${ANNALS_PROGRAM-build/release/bin/annals}
work=$(mktemp -d)
pid=

end() {
    [[ -z $pid ]] || kill "$pid" 2>/dev/null || true
    ./dev server remove kafka idle >/dev/null 2>&1 || true
    ./dev server remove postgres idle >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap end EXIT

server() { ./dev server "$@" 2>/dev/null | grep '^export '; }

# Hundredths of a second that these processes have used, and their children that ended.
ticks() {
    local sum=0 one stat
    for one in "$@"; do
        stat=$(<"/proc/$one/stat") || continue
        read -ra stat <<<"${stat##*) }"
        sum=$((sum + stat[11] + stat[12] + stat[13] + stat[14]))
    done
    echo "$sum"
}
postgres_ticks() { ticks "$postgres" $(pgrep -P "$postgres"); }
value() { psql -X -Atq -d "$1" -c "$2"; }
# per_minute TICKS
per_minute() { awk -v t="$1" -v s="$seconds" -v hz="$(getconf CLK_TCK)" 'BEGIN { printf "%.2f", t / hz / s * 60 }'; }
per_second() { awk -v n="$1" -v s="$seconds" 'BEGIN { printf "%.1f", n / s }'; }

projection() {
    cat <<END
-- projection: idle_$1
-- version: 1
-- categories: idle

create table idle_$1 (type text primary key, total bigint not null);

-- apply: *
insert into idle_$1 as c select type, count(*) from batch group by 1
on conflict (type) do update set total = c.total + excluded.total;
END
}

# measure FEED COUNT
measure() {
    local n program database broker
    export PGDATABASE=idle_$1_$2
    export ANNALS_DSN="host=$PGHOST port=$PGPORT user=$PGUSER dbname=$PGDATABASE"
    value postgres "create database $PGDATABASE"
    "$annals" migrate --quiet >/dev/null
    value "$PGDATABASE" "create extension pg_stat_statements; select annals.ensure_category('idle', 8);
        select annals.append('idle', 'K-' || n, '{came}', array['{}'::json]) from generate_series(1, 100) n" >/dev/null
    for ((n = 1; n <= $2; ++n)); do
        projection "$n" >"$work/$n.sql"
        "$annals" projections apply "$work/$n.sql" --quiet >/dev/null
    done
    "$annals" run 2>"$work/log" &
    pid=$!
    until grep -q started "$work/log" && "$annals" lag --max-lag 0 >/dev/null 2>&1; do
        kill -0 "$pid" || { cat "$work/log"; exit 1; }
        sleep 0.5
    done
    sleep 15                                             # sessions and caches are as they will be
    program=$(ticks "$pid") database=$(postgres_ticks) broker=$(ticks ${kafka:+"$kafka"})
    value "$PGDATABASE" "select pg_stat_statements_reset()" >/dev/null
    sleep "$seconds"
    program=$(($(ticks "$pid") - program)) database=$(($(postgres_ticks) - database))
    broker=$(($(ticks ${kafka:+"$kafka"}) - broker))
    n=$(value "$PGDATABASE" "select sum(calls) from pg_stat_statements join pg_database d on d.oid = dbid
                             where datname = current_database() and query not like '%pg_stat_statements%'")
    printf '| %s | %s | %s | %s | %s | %s |\n' "$1" "$2" "$(per_minute "$program")" "$(per_minute "$database")" \
        "$( [[ $1 == log ]] || per_minute "$broker")" "$(per_second "${n:-0}")"
    if [[ -n ${MEASURE_TOP-} ]]; then
        value "$PGDATABASE" "select round(calls::numeric / $seconds, 2), round(total_exec_time::numeric * 60 / $seconds),
                                    left(regexp_replace(query, '\s+', ' ', 'g'), 150)
                             from pg_stat_statements join pg_database d on d.oid = dbid
                             where datname = current_database() order by calls desc limit 12" >&2
    fi
    kill "$pid"
    wait "$pid" || true
    pid=
    value postgres "drop database $PGDATABASE with (force)"
}

eval "$(server start postgres idle)"
value postgres "alter system set shared_preload_libraries = 'pg_stat_statements'"
eval "$(server restart postgres idle)"
postgres=$(./dev server pid postgres idle)
unset ANNALS_KAFKA_BOOTSTRAP_SERVERS
echo '| feed | projections | annals, s a minute | PostgreSQL, s a minute | Kafka, s a minute | statements a second |'
echo '| --- | --- | --- | --- | --- | --- |'
for count in "${counts[@]}"; do measure log "$count"; done
eval "$(server start kafka idle)"
kafka=$(./dev server pid kafka idle)
for count in "${counts[@]}"; do measure kafka "$count"; done
