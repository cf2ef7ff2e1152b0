#!/usr/bin/env bats
# registries.bats - mirrors of registries, by option and by registries.conf, with a real registry and without an engine.
# shellcheck disable=SC2030,SC2031 # every test is a shell of its own
# shellcheck disable=SC2154 # variables that registry.bash sets

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    load registry
    cd "$BATS_TEST_TMPDIR" || exit
    export DOCKER_HOST=unix:///nowhere/docker.sock DOCKER_CONFIG=$PWD
    pids=()
}

teardown() {
    ((${#pids[@]} == 0)) || kill "${pids[@]}" 2>/dev/null || true
}

# resolve IMAGE OPTION...: the digest of the image.
resolve() {
    plan "$1" | cog-resolve "${@:2}" 2>err | jq -r '.images[].digest'
}

refused() { # CODE IMAGE OPTION...
    plan "$2" >plan.json
    refuses "$1" cog-resolve "${@:3}" <plan.json
}

@test "registries.conf and --registry-mirror: mirrors below a path, by digest, blocked, insecure" {
    registry
    export CONTAINERS_REGISTRIES_CONF=$PWD/containers.conf
    push hub/library/only-here 1 amd64
    hub=$pushed
    push copy/a/model 1 amd64 COPY=yes
    cat >containers.conf <<END
[[registry]]
prefix = "docker.io"
[[registry.mirror]]
location = "$host/hub"
[[registry]]
prefix = "far.example/a"
location = "$host/copy/a"
[[registry]]
prefix = "far.example/a/blocked"
blocked = true
END
    [ "$(resolve only-here:1)" = "$hub" ]
    [ "$(resolve far.example/a/model:1)" = "$pushed" ]
    refused registry.blocked far.example/a/blocked:1
    grep -q '^cog.yaml:3:3: ' err
    grep -q 'containers.conf:8:1' err
    mkdir containers.conf.d
    printf '[[registry]]\nprefix = "far.example/a"\nlocation = "%s/none"\n' "$host" >containers.conf.d/50-other.conf
    refused image.missing far.example/a/model:1 --no-lock
    rm -r containers.conf containers.conf.d
    push library/by-option 1 amd64
    [ "$(resolve by-option:1 --registry-mirror "http://$host")" = "$pushed" ]
    push library/by-option 1 amd64 OTHER=yes
    [ "$(resolve far.example/library/by-option:1 --registry-mirror "far.example=http://$host")" = "$pushed" ]
    fails 2 usage.option cog-resolve --registry-mirror mirror.example <plan.json
}

@test "a registries.conf that is wrong is told at its line" {
    export CONTAINERS_REGISTRIES_CONF=$PWD/containers.conf
    plan far.example/a/model:1 >plan.json
    while IFS='|' read -r line text; do
        printf '%b' "$text" >containers.conf
        refuses registry.config cog-resolve <plan.json
        [[ $(<err) == "$CONTAINERS_REGISTRIES_CONF:$line:"* ]]
    done <<'END'
2|[[registry]]\nprefix = "https://far.example"
2|[[registry]]\nlocation = "far.example/"
1|[[registry]]\ninsecure = true
1|[registry]\nprefix = "far.example"
1|[[registry]]\nprefix = "*.example/a"
3|[[registry]]\nprefix = "far.example"\ninsecure = "yes"
3|[[registry]]\nprefix = "far.example"\n[[registry.mirror]]\ninsecure = true
5|[[registry]]\nprefix = "far.example"\n[[registry.mirror]]\nlocation = "m"\npull-from-mirror = "never"
1|[registries.search]\nregistries = ["docker.io"]
1|mirror-by-digest-only = 1
END
    echo 'prefix = ' >containers.conf
    refuses toml.syntax cog-resolve <plan.json
    [ ! -e cog.lock ]
}

# certificate NAME SUBJECTALTNAME DAYS: one that has signed itself.
certificate() {
    openssl req -newkey rsa:2048 -nodes -subj "/CN=$1" -keyout "$1-key.pem" -out "$1.csr" 2>/dev/null
    openssl x509 -req -in "$1.csr" -signkey "$1-key.pem" -days "$3" -extfile <(echo "subjectAltName=$2") -out "$1.pem" 2>/dev/null
}

# tells TEXT COMMAND...: the certificate is refused, with the registry and this text.
tells() {
    fails 3 registry.certificate "${@:2}"
    grep -qF "10.9.9.9:5000: its certificate cannot be verified (" err
    grep -qF "$1" err
}

# untrusting: in a network of our own, for an address that is not a loopback's is asked by TLS alone.
untrusting() {
    # shellcheck disable=SC2046 # words
    trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
    ip link set lo up
    ip address add 10.9.9.9/32 dev lo
    plan 10.9.9.9:5000/a/model:1 >plan.json
    login=(cog login --registry 10.9.9.9:5000 --username me --token-stdin)
    for name in own other old; do
        sed "/^http:/s|.*|http: {addr: '10.9.9.9:5000', tls: {certificate: $PWD/$name.pem, key: $PWD/$name-key.pem}}|" registry.yml >"$name.yml"
        docker-registry serve "$name.yml" >registry.log 2>&1 3>&- &
        await curl -sko /dev/null https://10.9.9.9:5000/v2/
        case $name in
        own)
            tells 'if you trust it, as COG_CA_CERT' cog-resolve <plan.json
            tells 'if you trust it, as COG_CA_CERT' "${login[@]}" <<<x
            COG_CA_CERT=own.pem cog-resolve <plan.json >out
            COG_CA_CERT=own.pem "${login[@]}" <<<x
            ;;
        other)
            COG_CA_CERT=other.pem tells 'by a name that the certificate has' cog-resolve --update <plan.json
            COG_CA_CERT=other.pem tells 'by a name that the certificate has' "${login[@]}" <<<x
            ;;
        old)
            COG_CA_CERT=old.pem tells 'its owner has to renew it' cog-resolve --update <plan.json
            COG_CA_CERT=old.pem tells 'its owner has to renew it' "${login[@]}" <<<x
            ;;
        esac
        kill $!
        wait $! || true
    done
}

@test "a certificate that cannot be verified: which registry's, why, and what to do" {
    [ "$(id -u)" = 0 ] || skip 'a network of our own takes root'
    registry
    push a/model 1 amd64
    certificate own IP:10.9.9.9 2
    certificate other DNS:other.example 2
    certificate old IP:10.9.9.9 -1
    export -f untrusting tells fails told plan await
    unshare -n bash -euo pipefail -c untrusting
}
