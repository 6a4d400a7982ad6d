# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Packages of Debian: installed with apt if missing, so that an up-to-date machine needs no root.

# a|b: either is enough; the first available one is installed.
packages=(
    g++ cmake ninja-build ccache 'pkg-config|pkgconf' git ca-certificates curl python3 dpkg-dev
    'postgresql-15|postgresql-16|postgresql-17' libpq-dev librdkafka-dev
    'libboost1.81-dev|libboost1.83-dev' nlohmann-json3-dev libsimdjson-dev libcli11-dev libspdlog-dev libtomlplusplus-dev
    libexpat1-dev libhowardhinnant-date-dev tzdata libssl-dev libcurl4-openssl-dev zlib1g-dev
    doctest-dev librapidcheck-dev python3-psycopg python3-confluent-kafka pgbouncer
)

# missing_packages ENTRY…: prints the entries of which nothing is installed.
missing_packages() {
    local -A installed=()
    local status name entry found
    while read -r status name; do [[ $status != ii ]] || installed[$name]=yes; done \
        < <(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n')
    for entry; do
        found=''
        for name in ${entry//|/ }; do found+=${installed[$name]-}; done
        [[ -n $found ]] || echo "$entry"
    done
}

has_java() { [[ -n $(java_17) ]]; }

# java_17: prints the path of a Java that Kafka can run on.
java_17() {
    local java
    for java in /usr/lib/jvm/java-{17,21,25}-openjdk-*/bin/java "$(command -v java || true)"; do
        [[ -x $java ]] || continue
        [[ $("$java" -version 2>&1) =~ version\ \"([0-9]+) ]] && ((BASH_REMATCH[1] >= 17)) || continue
        echo "$java"
        return
    done
}

ensure_packages() {
    local wanted=("$@") missing
    command -v apt-get dpkg-query >/dev/null ||
        fail "this machine has no apt." "./dev needs Debian 12 or a newer one; docker-compose.yml starts the servers anywhere."
    mapfile -t missing < <(missing_packages "${wanted[@]}")
    if ((${#missing[@]} == 0)); then return; fi
    become_root_for "${missing[@]}"
    local rest=$((${#missing[@]} - 1))
    logged packages "installing ${missing[0]%%|*}$( ((rest == 0)) || echo " and $rest more")" install_packages "${missing[@]}"
}

become_root_for() {
    local command="apt-get install ${*//|*/}"
    if ((EUID == 0)); then return; fi
    command -v sudo >/dev/null || fail "packages are missing and there is no sudo." "As root: $command"
    if sudo -n true 2>/dev/null; then return; fi
    [[ -t 0 ]] || fail "packages are missing and sudo asks for a password." "Run first: sudo $command"
    echo "./dev: sudo is needed for: $command" >&2
    sudo -v || fail "packages are missing and sudo refused." "As root: $command"
}

install_packages() {
    local entry name chosen=()
    apt_get update || apt_get update || echo "the lists could not be brought up to date; trying with the old ones"
    for entry; do
        for name in ${entry//|/ }; do
            if [[ $(apt-cache policy "$name") =~ Candidate:\ [^\(] ]]; then break; fi
        done
        chosen+=("$name")
    done
    apt_get install --no-install-recommends "${chosen[@]}" || { sleep 5; apt_get install --no-install-recommends "${chosen[@]}"; }
}

apt_get() {
    local sudo=()
    if ((EUID != 0)); then sudo=(sudo); fi
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -y -q -o DPkg::Lock::Timeout=300 "$@"
}

# Everything that building and running needs.
ensure_tools() {
    local wanted=("${packages[@]}")
    if ! command -v mvn >/dev/null && [[ ! -e $dot/$kafka_name/.complete ]]; then wanted+=(maven); fi
    has_java || wanted+=('openjdk-17-jre-headless|openjdk-21-jre-headless')
    ensure_packages "${wanted[@]}"
    ensure_pqxx
    ensure_kafka_jars
}

# once NAME WHAT MAKE: makes .dev/NAME with `MAKE directory`, or finds it in the shared cache.
once() {
    local name=$1 what=$2 make=$3 place
    if [[ -e $dot/$name/.complete ]]; then return; fi
    place=${ANNALS_DEV_CACHE:-$dot}
    mkdir -p "$place"
    place=$(cd "$place" && pwd -P)/$name
    exec {once_fd}>>"$place.lock"
    flock "$once_fd"
    if [[ ! -e $place/.complete ]]; then
        rm -rf "$place"
        mkdir "$place"
        logged "$name" "$what" "$make" "$place"
        touch "$place/.complete"
    fi
    if [[ $place != "$dot/$name" ]]; then rm -rf "${dot:?}/$name"; ln -s "$place" "$dot/$name"; fi
    exec {once_fd}>&-
}
