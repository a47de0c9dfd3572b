#!/usr/bin/env bash
# Sourced by Samples/run and Tests/run: goes to the repository's root and provides what they share.
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

say() { printf "%s\n" "$@" >&2; }

# install_packages NAME...: installs the Debian packages that are lacking; says nothing when none is.
install_packages() {
    local lacking=() package as_root=()
    if ! command -v dpkg-query >/dev/null; then
        say "This is no Debian: not checked are $*."
        return
    fi
    for package in "$@"; do
        [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || lacking+=("$package")
    done
    ((${#lacking[@]})) || return 0
    if ((EUID != 0)); then
        if ! command -v sudo >/dev/null; then
            say "Lacking: ${lacking[*]}. Install them as root: apt-get install ${lacking[*]}"
            exit 69
        fi
        as_root=(sudo)
    fi
    say "Installing ${lacking[*]} ..."
    local log install=(env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends)
    log=$(mktemp)
    if ! { "${as_root[@]}" apt-get update && "${as_root[@]}" "${install[@]}" "${lacking[@]}"; } >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        say "apt-get could not install them (whole log: $log). Nothing was built."
        exit 69
    fi
    rm -f "$log"
}

# What Nightreel is built on.
# shellcheck disable=SC2034  # Samples/run and Tests/run use it
build_packages=(
    libavformat-dev libavcodec-dev libavutil-dev libswscale-dev libswresample-dev libsqlite3-dev libopenblas-dev
    libturbojpeg0-dev pkg-config
)

# find_swift: exit 69 unless Swift 6.1 or newer is there.
find_swift() {
    local version site=https://www.swift.org/install/linux/
    if ! command -v swift >/dev/null; then
        say "Swift is missing. Get 6.1 or newer from $site and put it on the PATH."
        exit 69
    fi
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
    if [[ $(printf '%s\n' 6.1 "${version:-0}" | sort -V | head -n 1) != 6.1 ]]; then
        say "Swift ${version:-of unknown version} is too old. Get 6.1 or newer from $site"
        exit 69
    fi
}
