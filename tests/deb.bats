#!/usr/bin/env bats
# deb.bats - the Debian package on a bare Debian 12: it is installed, a model is built and run with it, and it is removed
# without a trace.
# bats file_tags=engine

setup_file() {
    load lib
    [ "$(id -u)" = 0 ] || skip "a root file system needs root"
    root=$BATS_FILE_TMPDIR/root
    export root
    "$TOP/scripts/setup" package >&2
    env -u MAKEFLAGS -u MAKELEVEL make -s -C "$TOP" deb >&2
    # shellcheck disable=SC2016 # the word is apt's
    mirror=$(apt-get indextargets --format '$(REPO_URI)' | sed -n '0,/\/debian\/*$/{//p}')
    # See scripts/engine-root for the descriptors.
    unshare --mount mmdebstrap --mode=root --variant=apt --include=ca-certificates,python3 bookworm "$root" "$mirror" \
        >"$BATS_FILE_TMPDIR/log" 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- || { tail "$BATS_FILE_TMPDIR/log" >&2; return 1; }
    cp "$TOP"/build/cog-ml_*.deb "$root/root"
    cp "${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}" "$root/root/ca.pem"
    cp /etc/resolv.conf "$root/etc"
}

setup() {
    load lib
}

# inside SHELL-LINE: runs it as root of the bare Debian, which shares this machine's network and engine.
inside() {
    socket=${DOCKER_HOST:-unix:///var/run/docker.sock}
    dir=$(dirname "${socket#unix://}")
    # shellcheck disable=SC2016
    unshare --mount sh -c '
        root=$1 dir=$2
        mkdir -p "$root$dir"
        mount --bind "$dir" "$root$dir"
        mount -t proc proc "$root/proc"
        mount --bind /dev "$root/dev"
        exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
            DOCKER_HOST="$3" SSL_CERT_FILE=/root/ca.pem sh -euc "cd /root; $4"' sh "$root" "$dir" "$socket" "$1"
}

# files: what is there, but for what apt and dpkg note of every package.
files() {
    (cd "$root" && find . -xdev -path ./var/lib/dpkg -prune -o -path ./var/cache -prune -o -path ./var/log -prune -o \
        -path ./var/lib/apt -prune -o -path ./root -prune -o -path ./run -prune -o -path ./tmp -prune -o -print | sort)
}

@test "it installs, builds, runs, and leaves no trace" {
    inside 'apt-get -qq update; apt-get -qq install -y --no-install-recommends libcurl4 libjansson4 libpcre2-8-0 libprotobuf-c1 libyaml-0-2 >/dev/null'
    files >"$BATS_TEST_TMPDIR/before"
    inside 'apt-get -qq install -y --no-install-recommends ./cog-ml_*.deb >/dev/null; cog --version' >"$BATS_TEST_TMPDIR/version"
    grep -qF "$(cat "$TOP/VERSION")" "$BATS_TEST_TMPDIR/version"
    inside 'mkdir model; cd model; cog init; cog build -t cog-deb-test; cog predict cog-deb-test -i text=world' \
        >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" || { cat "$BATS_TEST_TMPDIR/err"; return 1; }
    docker image rm -f cog-deb-test >/dev/null
    grep -qx 'hello world' "$BATS_TEST_TMPDIR/out"
    [ -s "$root/usr/share/man/man1/cog.1.gz" ]
    inside 'apt-get -qq purge -y cog-ml >/dev/null'
    files >"$BATS_TEST_TMPDIR/after"
    diff "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
}
