#!/usr/bin/env bats
# portable.bats - the archive of `make static` on a machine that has a kernel, busybox and nothing else: no C library, no
# Python, no docker program.
# bats file_tags=engine

setup_file() {
    load lib
    [ "$(id -u)" = 0 ] || skip "a root file system needs root"
    export root=$BATS_FILE_TMPDIR/root
    env -u MAKEFLAGS -u MAKELEVEL make -s -C "$TOP" static >&2
    mkdir -p "$root/bin" "$root/etc" "$root/proc" "$root/dev" "$root/tmp" "$root/root" "$root/usr/local"
    (cd "$BATS_FILE_TMPDIR" && apt-get -qq -o APT::Sandbox::User=root download busybox-static >&2 && dpkg-deb -x busybox-static_*.deb busybox)
    cp "$BATS_FILE_TMPDIR/busybox/bin/busybox" "$root/bin"
    chroot "$root" /bin/busybox --install -s /bin
    cp "${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}" "$root/root/ca.pem"
    cp /etc/resolv.conf "$root/etc"
    tar -xz -C "$root/usr/local" --strip-components 1 -f "$TOP/build/cog-$(cat "$TOP/VERSION")-linux-$(uname -m).tar.gz"
}

setup() {
    bats_require_minimum_version 1.5.0
    load lib
}

# inside SHELL-LINE: runs it as root there; the network and the engine are this machine's.
inside() {
    socket=${DOCKER_HOST:-unix:///var/run/docker.sock}
    # shellcheck disable=SC2016 # the inner shell expands it
    unshare --mount sh -c '
        mkdir -p "$1$2"
        mount --bind "$2" "$1$2"
        mount -t proc proc "$1/proc"
        mount --bind /dev "$1/dev"
        exec chroot "$1" /bin/env -i PATH=/usr/local/bin:/bin HOME=/root DOCKER_HOST="$3" SSL_CERT_FILE=/root/ca.pem \
            sh -euc "cd /root; $4"' sh "$root" "$(dirname "${socket#unix://}")" "$socket" "$1"
}

@test "it has no library that it did not bring" {
    run -127 chroot "$root" /bin/sh -c 'ldd /usr/local/bin/cog-plan || exit 127'
    for program in "$root"/usr/local/bin/cog-*; do
        head -n 1 "$program" | grep -a python3 || inside "${program##*/} --version" >/dev/null
    done
}

@test "it builds, runs, and says what it cannot do without Python" {
    inside 'mkdir model; cd model; cog init; cog build -t cog-portable-test; cog run cog-portable-test -i text=world' \
        >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" || { cat "$BATS_TEST_TMPDIR/err" && return 1; }
    docker image rm -f cog-portable-test >/dev/null
    [ "$(cat "$BATS_TEST_TMPDIR/out")" = 'hello world' ]
    grep -q 'python3 is not installed: mistakes in the model are found when the image is built' "$BATS_TEST_TMPDIR/err"
    fails 3 local.python inside 'cd model; cog run --local -i text=world'
}

@test "without an engine it plans, and says what to do" {
    inside 'mkdir other; cd other; cog init; cog plan' 2>/dev/null | jq -e '.schema == "cog/plan-1"'
    fails 3 engine.unreachable inside 'cd other; DOCKER_HOST=unix:///nowhere cog build'
}
