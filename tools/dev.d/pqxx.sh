# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# libpqxx 7.9 or newer. Debian 13 has it; for Debian 12 it is built from Debian 13's source package, fetched from
# the machine's own mirror with apt's lists and state in .dev, checked with Debian's archive keys.

pqxx_oldest=7.9
pqxx_from=trixie
pqxx_keys=/usr/share/keyrings/debian-archive-keyring.gpg

ensure_pqxx() {
    local version
    if [[ -e $dot/pqxx/.complete ]]; then return; fi
    version=$(dpkg-query -W -f '${Version}' libpqxx-dev 2>/dev/null || true)
    if dpkg --compare-versions "${version:-0}" ge "$pqxx_oldest"; then return; fi
    version=$(apt-cache policy libpqxx-dev | sed -n 's/^ *Candidate: //p')
    if [[ $version != '(none)' ]] && dpkg --compare-versions "${version:-0}" ge "$pqxx_oldest"; then
        ensure_packages libpqxx-dev
        return
    fi
    once pqxx "building libpqxx" build_pqxx
}

# build_pqxx PREFIX
build_pqxx() {
    local work=$1/build
    mkdir -p "$work"
    fetch_pqxx "$work"
    cmake -S "$work"/libpqxx-*/ -B "$work/build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_STANDARD=23 \
        -DCMAKE_INSTALL_PREFIX="$1" -DCMAKE_INSTALL_LIBDIR=lib -DBUILD_SHARED_LIBS=off -DSKIP_BUILD_TEST=on
    nice ninja -C "$work/build" -j "$jobs" install
    rm -rf "$work"
}

# fetch_pqxx DIRECTORY: leaves the unpacked source there.
fetch_pqxx() {
    local mirror private=(
        -o "Dir::Etc::SourceList=$1/sources.list" -o Dir::Etc::SourceParts=- -o "Dir::State::Lists=$1/lists"
        -o "Dir::Cache=$1/cache" -o APT::Sandbox::User= -o Acquire::Languages=none -o Acquire::Retries=2
    )
    mirror=$(debian_mirror)
    echo "deb-src [signed-by=$pqxx_keys] $mirror $pqxx_from main" >"$1/sources.list"
    mkdir -p "$1/lists/partial" "$1/cache/archives/partial"
    cd "$1"
    apt-get "${private[@]}" update
    apt-get "${private[@]}" source --download-only libpqxx
    dpkg-source -x ./libpqxx_*.dsc
    cd "$top"
}

# debian_mirror: where this machine gets Debian itself from.
debian_mirror() {
    local codename
    # shellcheck source=/dev/null
    codename=$(source /etc/os-release && echo "${VERSION_CODENAME-}")
    apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' |
        awk -v codename="$codename" '$1 == codename { print $2; exit }'
}
