#!/usr/bin/env bats
# networks.bats - builds with private indexes, without an index, without a network: a real engine, real pip.
# bats file_tags=engine
# shellcheck disable=SC2154 # port, which lib.bash sets

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    cd "$BATS_TEST_TMPDIR" || exit
    mkdir project wheels
    cd project || exit
    cp -r "$TOP/tests/projects/minimal/." .
    image=cog-test-net-$BATS_TEST_NUMBER-$$
    pids=()
}

teardown() {
    ((${#pids[@]} == 0)) || kill "${pids[@]}" 2>/dev/null || true
    docker rmi -f "$image" >/dev/null 2>&1 || true
}

# wheel NAME: puts NAME into ../wheels, with a module of that name. Its $version is one that no
# earlier run left in the engine's cache: secrets and proxies do not count there.
wheel() {
    version=1.$(date +%s%N)
    python3 - "$1" "$version" ../wheels <<'END'
import sys, time, zipfile
name, version, folder = sys.argv[1:]
info = f"{name}-{version}.dist-info"
with zipfile.ZipFile(f"{folder}/{name}-{version}-py3-none-any.whl", "w") as wheel:
    wheel.writestr(f"{name}.py", f"made = {time.time()}\n")
    wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    wheel.writestr(f"{info}/RECORD", "")
END
}

# serve PROGRAM ARG...: on an address that the engine's containers reach; sets $host and $port.
serve() {
    host=$(docker network inspect bridge --format '{{(index .IPAM.Config 0).Gateway}}')
    listening "$TOP/tests/$1" "$host" 0 "${@:2}"
}

serve_index() {
    serve index-server ../wheels ../log
}

# serve_tls: with the certificate of an authority that nobody knows, ../ca.pem; sets $tls.
serve_tls() {
    host=$(docker network inspect bridge --format '{{(index .IPAM.Config 0).Gateway}}')
    openssl req -x509 -newkey rsa:2048 -nodes -keyout ../ca.key -out ../ca.pem -days 2 -subj "/CN=ours $RANDOM" \
        -addext keyUsage=critical,keyCertSign 2>/dev/null
    openssl req -newkey rsa:2048 -nodes -keyout ../tls.key -out ../tls.csr -subj /CN=server 2>/dev/null
    openssl x509 -req -in ../tls.csr -CA ../ca.pem -CAkey ../ca.key -CAcreateserial -days 2 -out ../tls.pem \
        -extfile <(printf 'authorityKeyIdentifier=keyid\nsubjectAltName=IP:%s' "$host") 2>/dev/null
    serve tls-server ../tls.pem ../tls.key
    tls=https://$host:$port/
}

# requires LINE...: makes them the project's requirements.
requires() {
    printf '%s\n' "$@" >requirements.txt
    sed -i 's/^build:/build:\n  python_requirements: requirements.txt/' cog.yaml
}

# A module of the wheel is in the image; the password is nowhere in it or in what was written.
has_module_but_no_password() {
    docker run --rm "$image" python -c "import $1; print($1.made)" | cmp - <(sed 's/made = //' <(unzip -p "../wheels/$1-$version-py3-none-any.whl" "$1.py"))
    saved "$image" >../saved
    made=$(unzip -p "../wheels/$1-$version-py3-none-any.whl" "$1.py")
    [ "$(grep -acF "$made" ../saved)" != 0 ] # so a password would be found
    for form in pa-ss-7341 "$(printf me:pa-ss-7341 | base64)"; do
        [ "$(grep -acF "$form" ../saved)" = 0 ]
        [ "$(grep -rlF "$form" ../kept ../build.log | wc -l)" = 0 ]
    done
}

@test "an index with a password: netrc, pip.conf; without them it is told" {
    wheel cog_test_netrc
    serve_index
    requires "--extra-index-url=http://$host:$port/simple" "--trusted-host=$host" cog-test-netrc=="$version"
    run -1 --separate-stderr cog build -t "$image" --progress=plain
    # shellcheck disable=SC2154 # set by run
    [[ $stderr == *"requirements.txt:3: error:"* ]]
    grep -q '^401 ' ../log
    printf 'machine %s login me password pa-ss-7341\n' "$host" >../netrc
    cog build -t "$image" --progress=plain --secret id=netrc,src=../netrc --keep=../kept 2>../build.log
    has_module_but_no_password cog_test_netrc
}

@test "pip.conf names an index with a password" {
    wheel cog_test_conf
    serve_index
    requires cog-test-conf=="$version"
    printf '[global]\nextra-index-url = http://me:pa-ss-7341@%s:%s/simple\ntrusted-host = %s\n' "$host" "$port" "$host" >../conf
    cog build -t "$image" --progress=plain --secret id=pip.conf,src=../conf --keep=../kept 2>../build.log
    has_module_but_no_password cog_test_conf
}

@test "a variable of requirements.txt is a secret" {
    wheel cog_test_variable
    serve_index
    # shellcheck disable=SC2016 # it is for pip
    requires '--extra-index-url=http://me:${INDEX_TOKEN}@'"$host:$port/simple" "--trusted-host=$host" cog-test-variable=="$version"
    refuses secret.missing cog build -t "$image" --progress=plain
    INDEX_PASS=pa-ss-7341 cog build -t "$image" --progress=plain --secret id=INDEX_TOKEN,env=INDEX_PASS --keep=../kept 2>../build.log
    has_module_but_no_password cog_test_variable
    run -0 docker run --rm "$image" env
    [[ $output != *INDEX_TOKEN* ]]
}

@test "a wheelhouse: everything from a folder, nothing from a network" {
    docker pull -q python:3.13-slim-trixie # what an engine has is what --offline may use
    wheel cog_test_house
    requires cog-test-house=="$version"
    refuses build.step cog build -t "$image" --progress=quiet --wheelhouse ../wheels # cog.lock is made; the server's packages are not there
    python3 -m pip download -q -d ../wheels --only-binary=:all: --python-version 3.13 --require-hashes \
        -r "$TOP/build/share/cog/wheels/server-requirements.txt"
    cog build -t "$image" --progress=plain --offline --locked --wheelhouse ../wheels --keep=../kept 2>../build.log
    [ "$(grep -c 'cog: warning: uv==.* cannot be had, so pip installs' ../build.log)" = 1 ] # there is none in the wheelhouse
    grep -q 'pip installs, because there is no uv' ../build.log
    docker run --rm "$image" python -c 'import cog_test_house'
    [ "$(cog run "$image" -i text=ab -i n=2)" = 'ab ab' ]
    jq -e '[.stages[] | select(any(.operations[]; .mounts // [] | any(.target == "/mnt/wheelhouse"))) | {id, network: [.operations[] | .network // empty]}]
        == (["uv", "pip", "frameworks", "large", "cog-server"] | map({id: ., network: ["none"]}))' ../kept/plan.json
    refuses build.context cog-submit -C . <../kept/build.json
    grep -q -e '--context wheelhouse=DIR' ../err
    refuses build.context cog-submit -C . --context=wheelhouse=../wheels --context=other=. <../kept/build.json
    refuses file.missing cog build --wheelhouse ../none
    fails 2 usage.option cog-submit --context=wheelhouse <../kept/build.json
}

@test "indexes of pyproject.toml with a password, unlocked and locked by uv" {
    wheel cog_test_uv
    serve_index
    cat >cog.yaml <<<'run: predict.py:Predictor'
    cat >pyproject.toml <<END
[project]
name = "private"
version = "1"
requires-python = ">=3.11"
dependencies = ["cog-test-uv==$version"]

[[tool.uv.index]]
name = "ours"
url = "http://$host:$port/simple"
END
    printf 'machine %s login me password pa-ss-7341\n' "$host" >../netrc
    printf '[global]\ntrusted-host = %s\n' "$host" >../conf
    secrets=(--secret "id=netrc,src=../netrc" --secret "id=pip.conf,src=../conf")
    cog build -t "$image" --progress=plain "${secrets[@]}" --keep=../kept 2>../build.log
    has_module_but_no_password cog_test_uv
    UV_INDEX_OURS_USERNAME=me UV_INDEX_OURS_PASSWORD=pa-ss-7341 uv lock --quiet --project .
    cog build -t "$image" --progress=plain "${secrets[@]}" --keep=../kept 2>../build.log
    jq -e '.contexts.generated.files[] | select(.text | test("--hash=sha256:")) | .path == "requirements.txt"' ../kept/plan.json
    has_module_but_no_password cog_test_uv
}

@test "an engine without its wheels or registries: --offline" {
    docker pull -q python:3.13-slim-trixie
    cog build -t "$image" --progress=quiet
    cog build -t "$image" --progress=quiet --offline
    cog plan | jq '(.stages[].source | select(.image) | .image) = "example.com/nowhere:1"' >../plan.json
    refuses image.missing cog-resolve --offline <../plan.json
    grep -q 'no registry may be asked' ../err
}

@test "the host's proxies are for the build's commands, not for their cache or the image" {
    wheel cog_test_proxy
    serve_index # it answers as a proxy, too
    # shellcheck disable=SC2016 # it is for pip
    requires '--extra-index-url=http://me:${INDEX_TOKEN}@index.example.com/simple' --trusted-host=index.example.com cog-test-proxy=="$version"
    export INDEX_TOKEN=pa-ss-7341
    secret=--secret=id=INDEX_TOKEN,env=INDEX_TOKEN
    HTTP_PROXY=http://$host:$port cog build -t "$image" --progress=plain "$secret" --keep=../kept 2>../build.log
    grep -q '^200 http://index.example.com/simple/cog-test-proxy/' ../log
    has_module_but_no_password cog_test_proxy
    run -0 docker run --rm "$image" env
    [[ ${output,,} != *proxy=* ]]
    HTTP_PROXY=http://other.example.com:1 cog build -t "$image" --progress=quiet "$secret" --keep=../again
    cmp ../kept/plan.json ../again/plan.json
    [ -z "$(jq -r '.steps[] | select(.cached | not) | .stage // empty' ../again/image.json)" ]
    cmp ../kept/build.json ../again/build.json
}

@test "a proxy with a password: commands use it, and nothing else has it" {
    wheel cog_test_gate
    serve_index
    index=$host:$port
    printf 'machine %s login me password pa-ss-7341\n' "$host" >../netrc
    serve_tls
    serve proxy-server ../proxied
    requires "--extra-index-url=http://$index/simple" "--trusted-host=$host" cog-test-gate=="$version"
    cat >cog.yaml <<END
build:
  python_requirements: requirements.txt
  run:
    - python -c 'import urllib.request as r; print(r.urlopen("$tls?$version").read())' >/etc/answer
run: predict.py:Predictor
END
    export NO_PROXY='' no_proxy='' COG_CA_CERT=$PWD/../ca.pem
    HTTP_PROXY=http://$host:$port refuses build.step cog build -t "$image" --progress=plain
    grep -q "^407 http://$index/simple/cog-test-gate/" ../proxied
    export HTTP_PROXY=http://me:pr-xy-7341@$host:$port
    HTTPS_PROXY=$HTTP_PROXY cog build -t "$image" --progress=rawjson --debug --secret id=netrc,src=../netrc --keep=../kept 2>../build.log
    grep -q "^200 http://$index/simple/cog-test-gate/" ../proxied
    grep -q "^200 $(cut -d/ -f3 <<<"$tls")" ../proxied
    has_module_but_no_password cog_test_gate
    [ "$(docker run --rm "$image" cat /etc/answer)" = "b'trusted'" ]
    jq -r .definition ../kept/build.json | base64 -d >../kept/definition
    for searched in ../kept/definition ../kept/plan.json ../build.log; do
        grep -qaF "$version" "$searched" # so the password would be found
    done
    for form in pr-xy-7341 "$(printf me:pr-xy-7341 | base64)"; do
        [ "$(grep -caF "$form" ../saved)" = 0 ]
        [ "$(grep -rlaF "$form" ../kept ../build.log ../err | wc -l)" = 0 ]
    done
}

@test "commands trust what the host trusts: those of apt, curl, git and wget" {
    serve_tls
    {
        printf 'build:\n  python_version: "3.13"\n  run:\n'
        printf '    - %s\n' "curl -sS $tls -o /etc/by-curl" "wget -q $tls -O /etc/by-wget" \
            "apt-get --version && /usr/lib/apt/apt-helper download-file $tls /etc/answer 2>&1 | tee /etc/by-apt" \
            "git ls-remote $tls 2>&1 | tee /etc/by-git"
        echo 'predict: predict.py:Predictor'
    } >cog.yaml
    COG_CA_CERT=$PWD/../ca.pem cog build -t "$image" --progress=plain
    run -0 docker run --rm "$image" sh -c 'cat /etc/by-curl /etc/by-wget; tail -n 99 /etc/by-apt /etc/by-git'
    # The server does not end its answers as apt and git want, but they have come that far.
    [[ $output == trustedtrusted*"Get:1 $tls"* && $output != *ertificate* ]]
    docker run --rm "$image" sh -c '[ ! -e /mnt/wget ] || [ -z "$(ls /mnt/wget)" ]'
}

@test "certificates in the image: when asked, and then Python and pip find them" {
    serve_tls
    export TMPDIR=$BATS_TEST_TMPDIR/tmp # which no other build uses
    mkdir "$TMPDIR"
    # shellcheck disable=SC2016 # it is the container's shell that expands it
    ask='python -c "import sys, urllib.request as r; print(r.urlopen(sys.argv[1]).read().decode())" "$0" &&
        python -c "import sys; from pip._vendor import requests; print(requests.get(sys.argv[1]).text)" "$0"'
    refuses ca.missing cog build -t "$image" --ca-in-image
    export COG_CA_CERT
    COG_CA_CERT=$(base64 -w0 ../ca.pem)
    cog build -t "$image" --progress=quiet --keep=../without
    run -1 docker run --rm "$image" sh -c "$ask" "$tls"
    [[ $output == *CERTIFICATE_VERIFY_FAILED* ]]
    cog build -t "$image" --progress=quiet --ca-in-image --keep=../kept
    run -0 docker run --rm "$image" sh -c "$ask" "$tls"
    [ "$output" = $'trusted\ntrusted' ]
    [ "$(grep -rlF "$(sed -n 2p ../ca.pem)" ../kept | wc -l)" = 0 ]
    # What the host trusts besides is not in it, and what the base trusts still is.
    docker run --rm "$image" sh -c 'cat /usr/local/share/ca-certificates/*' | cmp - ../ca.pem
    docker run --rm python:3.13-slim-trixie cat /etc/ssl/certs/ca-certificates.crt >../before
    docker run --rm "$image" cat /etc/ssl/certs/ca-certificates.crt >../after
    [ "$(grep -c BEGIN ../after)" = $(($(grep -c BEGIN ../before) + 1)) ]
    # Another authority, the same plan: a new layer. None: nothing of it.
    cp ../ca.pem ../first.pem
    serve_tls
    COG_CA_CERT=$PWD/../ca.pem cog build -t "$image" --progress=quiet --ca-in-image --keep=../again
    cmp ../kept/build.json ../again/build.json
    run -0 docker run --rm "$image" sh -c "$ask" "$tls"
    docker run --rm "$image" sh -c 'cat /usr/local/share/ca-certificates/*' | cmp - ../ca.pem
    COG_CA_CERT='' cog build -t "$image" --progress=quiet
    docker save "$image" | tar -xO --wildcards '*/layer.tar' >../saved
    [ "$(grep -caF "$(sed -n 2p ../ca.pem)" ../saved)" = 0 ]
    run ! compgen -G "$TMPDIR/cog-ca-*"
}

@test "certificates in an image without Debian's tool: beside those of the bundle" {
    serve_tls
    mkdir ../trusted
    cat ../ca.pem ../ca.key >../trusted/a.pem # the key is not for the image
    cp ../tls.pem ../trusted/b.crt
    export COG_CA_CERT=$PWD/../trusted
    printf 'environment: [SSL_CERT_FILE=/mine.crt]\n' >>cog.yaml
    cog plan --ca-in-image | jq '(.stages[] | select(.id == "runtime") | .operations) += [{op: "remove", path: "/etc/ca-certificates.conf"}]' |
        cog-resolve | cog-validate | cog-llb | cog-submit -t "$image" >../image.json
    docker run --rm "$image" sh -c 'echo $SSL_CERT_FILE $REQUESTS_CA_BUNDLE' | grep -x '/mine.crt /etc/ssl/certs/ca-certificates.crt'
    docker run --rm "$image" cat /etc/ssl/certs/ca-certificates.crt |
        cmp - <(docker run --rm python:3.13-slim-trixie cat /etc/ssl/certs/ca-certificates.crt | cat - <(echo) ../ca.pem ../tls.pem)
    [ "$(docker run --rm "$image" ls /usr/local/share/ca-certificates | tr '\n' ' ')" = 'cog-ca-cert-1.crt cog-ca-cert-2.crt ' ]
    cog build --ca-in-image -t "$image" --progress=quiet --keep=../kept
    TMPDIR=/dev/null/x fails 3 machine.write cog-submit <../kept/build.json
}
