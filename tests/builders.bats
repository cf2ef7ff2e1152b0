#!/usr/bin/env bats
# builders.bats - cog-submit with BuildKit itself, without a Docker Engine around it: what leaves a build, and its caches.
# bats file_tags=engine
# shellcheck disable=SC2030,SC2031 # every test is a shell of its own
# shellcheck disable=SC2153,SC2154 # variables that buildkit.bash sets

setup_file() {
    load lib
    load buildkit
    buildkit_start
}

teardown_file() {
    load buildkit
    buildkit_stop
}

setup() {
    bats_require_minimum_version 1.5.0
    load lib
    load buildkit
    buildkit_setup
}

teardown() {
    buildkit_teardown
}

@test "an image is pushed, and runs elsewhere" {
    build "echo $MARK > /made"
    submit --builder "$BUILDER" --push --iidfile id --metadata-file metadata >image.json
    [ "$(docker run --rm "$NAME" cat /made)" = "$MARK" ]
    [ "$(cat id)" = "$(jq -r .digest image.json)" ]
    [ "$(jq -r '."containerimage.descriptor".digest' metadata)" = "$(cat id)" ]
    jq -e --arg name "$NAME" '."image.name" == $name' metadata
}

@test "an image is pushed by a Docker Engine that keeps no blobs" {
    build "echo $MARK > /made"
    submit --push >image.json
    [ "$(docker image inspect -f '{{.Id}}' "$NAME")" = "$(jq -r .id image.json)" ]
    curl -sf --noproxy '*' -H 'Accept: application/vnd.docker.distribution.manifest.v2+json' \
        "http://$COG_ENGINE_REGISTRY/v2/test/builders/manifests/$MARK" >manifest.json
    [ "sha256:$(sha256sum <manifest.json | cut -c1-64)" = "$(jq -r .digest image.json)" ]
    fails 3 registry.unreachable cog-submit -t 127.0.0.1:9/x:1 --push <build.json
}

@test "an image goes into the Docker Engine without a file in between" {
    build "echo $MARK > /made"
    submit --builder "$BUILDER" --load >image.json
    [ "$(docker run --rm "$NAME" cat /made)" = "$MARK" ]
    [ "$(docker image inspect -f '{{.Id}}' "$NAME")" = "$(jq -r .id image.json)" ]
    DOCKER_HOST=unix:///none fails 3 engine.load cog-submit --builder "$BUILDER" --load <build.json
}

@test "archives and folders come out, several at once" {
    build "echo $MARK > /made; ln /made /twice; ln -s /made /soft; chmod 751 /made"
    cog-submit --builder "$BUILDER" -o type=oci <build.json | tar t | grep -x index.json
    submit --builder "$BUILDER" -o folder -o type=tar,dest=all.tar -o type=docker,dest=image.tar --document image.json >stdout
    [ ! -s stdout ]
    [ "$(cat folder/made)" = "$MARK" ]
    [ "$(stat -c %a:%h folder/made)" = 751:2 ]
    [ "$(readlink folder/soft)" = /made ]
    [ "$(tar xOf all.tar made)" = "$MARK" ]
    tar tf image.tar | grep -x manifest.json
    jq -e '.schema == "cog/image-1"' image.json
    run ! compgen -G '*.tar.*'
    submit -o folder2
    [ "$(cat folder2/made)" = "$MARK" ]
    cog-submit -o - <build.json | tar t | grep -x made
}

@test "what cannot come out is refused before anything is built" {
    build true
    refuses build.output cog-submit -o type=oci,dest=x.tar <build.json
    refuses build.output cog-submit -o folder -o type=tar,dest=x.tar <build.json
    refuses build.output cog-submit --provenance <build.json
    refuses build.output cog-submit --cache-to type=registry,ref=x <build.json
    refuses output.write cog-submit --builder "$BUILDER" -o type=oci,dest=none/x.tar <build.json
    fails 2 usage.option cog-submit -o type=zip <build.json
    fails 2 usage.option cog-submit -o type=oci -o type=tar <build.json
    run ! compgen -G 'x.tar*'
    touch file
    refuses output.write cog-submit --builder "$BUILDER" -o file <build.json
    submit --builder "$BUILDER"
    grep -q 'warning: .* \[build.output\]' log
}

@test "what has no containers is told by what would start one" {
    for way in "--builder $BUILDER" "--builder tcp://127.0.0.1:$PORT"; do
        # shellcheck disable=SC2086 # words
        BUILDKIT_TLS_DIR=$TLS refuses engine.bare cog-exec $way --image python:3.13-slim true
        # shellcheck disable=SC2086
        BUILDKIT_TLS_DIR=$TLS refuses engine.bare cog-pull $way python:3.13-slim
    done
    COG_BUILDER=$BUILDER refuses engine.bare cog-predict --image python:3.13-slim -i text=a
    grep -qF "$BUILDER (from COG_BUILDER)" err
}

@test "cog exec and cog run: built there, loaded into and run by the Docker Engine" {
    mkdir project
    cd project || exit
    project
    export BUILDKIT_HOST=$BUILDER
    IMAGES+=("builders:$MARK-environment" "builders:$MARK")
    [ "$(cog exec -t "builders:$MARK" cat predict.py 2>../log)" = "$(<predict.py)" ]
    [ "$(cog run -t "builders:$MARK" -i text=hello 2>../log)" = hello ]
}

@test "a failed build leaves no part of an output" {
    build "exit 3"
    refuses build.step cog-submit --builder "$BUILDER" -o type=oci,dest=x.tar <build.json
    run ! compgen -G 'x.tar*'
}

# The record that BuildKit keeps of a build, and prints itself, is the same as what was passed on of it. Only the last state of a
# step is compared: whoever reads slowly is told of some others no more.
@test "rawjson is what BuildKit's own client prints" {
    build "echo out; echo err >&2; head -c 300000 /dev/urandom >/made; echo $MARK"
    head -c 300000 /dev/urandom >tree/large
    "$BK_TOOLS/buildctl" --addr "$BUILDER" prune --all >/dev/null
    submit --builder "$BUILDER" --progress=rawjson -o type=tar,dest=x.tar
    "$BK_TOOLS/buildctl" --addr "$BUILDER" debug histories --format json >records
    "$BK_TOOLS/buildctl" --addr "$BUILDER" debug logs --progress=rawjson \
        "$(jq -rs 'max_by(.record.CreatedAt | [.seconds, .nanos]) | .record.Ref' records)" >record
    # shellcheck disable=SC2016 # a variable of jq
    flat='[.[] | to_entries[] | .key as $kind | .value[] | {$kind} + .]'
    jq -s "$flat" log >ours
    jq -s "$flat" record >theirs
    jq -e 'length > 8 and ([.[].kind] | unique) == ["logs", "statuses", "vertexes"]' theirs
    # shellcheck disable=SC2016 # a variable of jq
    jq 'group_by([.kind, .digest, .vertex, .id, if .kind == "logs" then .timestamp, .data else empty end]) | map(last)' theirs >last
    jq -ne --slurpfile ours ours --slurpfile theirs last '$theirs[0] | length > 8 and . - $ours[0] == []'
}

@test "images are resolved by the builder that builds, with its mirrors" {
    export XDG_CACHE_HOME=$PWD/cache
    plan true >plan.json
    COG_BUILDER=$BUILDER cog-resolve --no-lock <plan.json >resolved.json
    jq -e '.images["python:3.13-slim"] | .digest and .config.config.Env' resolved.json
    [ "$(jq -r '.images["python:3.13-slim"].digest' resolved.json)" = \
        "$(cog-resolve --no-lock --update <plan.json | jq -r '.images["python:3.13-slim"].digest')" ]
    sed 's/python:3.13-slim/python:none/' plan.json >missing.json
    COG_BUILDER=$BUILDER refuses image.missing cog-resolve --no-lock <missing.json
    COG_BUILDER=unix:///none fails 3 engine.unreachable cog-resolve --no-lock <missing.json
}

@test "a cache goes to a registry and comes back, to a builder that has none" {
    local cache=$COG_ENGINE_REGISTRY/test/cache:$MARK
    build "head -c 20 /dev/urandom | sha256sum; : $MARK"
    submit --builder "$BUILDER" --no-export --cache-to "type=registry,ref=$cache,mode=max"
    "$BK_TOOLS/buildctl" --addr "$BUILDER" prune --all >/dev/null
    submit --builder "$BUILDER" --no-export --progress=rawjson --cache-from "$cache"
    jq -se 'last(.[].vertexes[]? | select(.name | startswith("[run] head"))).cached' log
    submit --builder "$BUILDER" --push --cache-to type=inline
    "$BK_TOOLS/buildctl" --addr "$BUILDER" prune --all >/dev/null
    submit --builder "$BUILDER" --no-export --progress=rawjson --cache-from "type=registry,ref=$NAME"
    jq -se 'last(.[].vertexes[]? | select(.name | startswith("[run] head"))).cached' log
    refuses build.output cog-submit --cache-to "type=registry,ref=$cache" <build.json
}

# cached NAME: the step whose name begins so was not run, by the reports in the file log.
cached() {
    grep '^{' log | jq -se --arg name "$1" '[.[].vertexes[]? | select(.name | startswith($name))] | last.cached'
}

@test "a cache goes to a folder and comes back, to a second builder" {
    "$TOP/scripts/buildkit" start "$BUILDKIT/second"
    local second=unix://$BUILDKIT/second/sock
    head -c 3000000 /dev/urandom >tree/large
    build "head -c 2000000 /dev/urandom | tee /made | sha256sum; : $MARK"
    submit --builder "$BUILDER" --no-export --cache-from type=local,src=kept --cache-to type=local,dest=kept,mode=max
    grep -q 'warning: there is no cache with the tag "latest" yet \[cache.missing\]' log
    jq -e '.manifests | length == 1' kept/index.json
    for blob in kept/blobs/sha256/*; do
        [ "${blob##*/}" = "$(sha256sum <"$blob" | cut -c1-64)" ]
    done
    [ -z "$(find kept -name ingest -o -size 0)" ]
    submit --builder "$second" --progress=rawjson -o type=tar,dest=made.tar --cache-from type=local,src=kept
    cached '[run] head'
    submit --builder "$BUILDER" -o type=tar,dest=first.tar
    cmp <(tar xOf made.tar made) <(tar xOf first.tar made)
    # the same again adds nothing, another tag an entry; BuildKit's own client reads what we wrote, and we what it did
    find kept -type f | sort >files
    submit --builder "$second" --no-export --cache-to type=local,dest=kept,mode=max
    submit --builder "$second" --no-export --cache-to type=local,dest=kept,mode=max,tag=other
    [ "$(jq -c '[.manifests[].annotations[]]' kept/index.json)" = '["latest","other"]' ]
    find kept -type f | sort | cmp files -
    "$BK_TOOLS/buildctl" --addr "$second" prune --all >/dev/null
    jq -r .definition build.json | base64 -d |
        "$BK_TOOLS/buildctl" --addr "$second" build --progress=rawjson --local source=tree \
            --import-cache type=local,src=kept --export-cache type=local,dest=theirs,mode=max 2>log
    cached '[run] head'
    "$BK_TOOLS/buildctl" --addr "$second" prune --all >/dev/null
    submit --builder "$second" --no-export --progress=rawjson --cache-from type=local,src=theirs
    cached '[run] head'
    "$TOP/scripts/buildkit" stop "$BUILDKIT/second"
}

@test "a cache in a folder that is broken, missing or not to be written" {
    build "echo $MARK"
    mkdir kept
    echo '{' >kept/index.json
    refuses cache.config cog-submit --builder "$BUILDER" --cache-from type=local,src=kept <build.json
    [[ $(<err) == kept/index.json:* ]]
    refuses usage.option cog-submit --builder "$BUILDER" --cache-from type=local,dest=kept <build.json
    refuses usage.option cog-submit --builder "$BUILDER" --cache-to type=local <build.json
    refuses output.write cog-submit --builder "$BUILDER" --no-export --cache-to type=local,dest=none/kept <build.json
    refuses build.output cog-submit --cache-to type=local,dest=x <build.json # by a Docker Engine without blobs
    [ ! -e x ]
}

# recorded COMMAND...: the caches that a client asks for, of the builder at unix://$PWD/recorder.
recorded() {
    rm -f recorder
    "$TOP/tests/solve-recorder" "$BUILDER" recorder >caches 3>&- &
    pids+=($!)
    await test -S recorder
    "$@" <build.json >/dev/null 2>log || true
    wait "${pids[-1]}"
    [ -s caches ] || { cat log && return 1; }
    cat caches
}

buildctl() {
    jq -r .definition | base64 -d |
        "$BK_TOOLS/buildctl" --addr "unix://$PWD/recorder" build --progress=plain --local source=tree "$@"
}

@test "caches of gha, s3 and azblob are asked for as buildctl asks for them" {
    build "echo $MARK"
    local nowhere=http://127.0.0.1:1
    export ACTIONS_RUNTIME_TOKEN=secret-token ACTIONS_CACHE_URL=$nowhere/v1/ ACTIONS_RESULTS_URL=$nowhere/v2/
    for cache in type=gha type=gha,scope=a,mode=max,timeout=1m type=gha,version=2 "type=gha,url=$nowhere,token=other" \
        "type=s3,bucket=b,region=eu-1,name=a;b,prefix=p/,endpoint_url=$nowhere,use_path_style=true,access_key_id=k,secret_access_key=s=1" \
        'type=s3,region=r,bucket=b,mode=max,"name=with,comma",ignore-error=true' \
        "type=azblob,account_url=$nowhere/account,container=c,name=n,secret_access_key=k==,mode=max"; do
        recorded cog-submit --builder "unix://$PWD/recorder" --no-export --cache-to "$cache" --cache-from "$cache" >ours
        recorded buildctl --export-cache "$cache" --import-cache "$cache" >theirs
        jq -e '.exports + .imports | length == 2' ours
        cmp ours theirs || { cat ours theirs && return 1; }
    done
    ACTIONS_CACHE_SERVICE_V2=true recorded cog-submit --builder "unix://$PWD/recorder" --cache-to type=gha >ours
    ACTIONS_CACHE_SERVICE_V2=true recorded buildctl --export-cache type=gha >theirs
    unset ACTIONS_RUNTIME_TOKEN
    fails 2 usage.option cog-submit --cache-to type=gha <build.json
    cmp ours theirs
    jq -e '.exports[0].attrs | any(.[0] == "url_v2")' ours
}

@test "attestations are attached" {
    build "echo $MARK"
    submit --builder "$BUILDER" --push --provenance=mode=max --metadata-file metadata >/dev/null
    jq -e '."containerimage.descriptor".mediaType | endswith("index.v1+json")' metadata
    curl -sf --noproxy '*' -H 'Accept: application/vnd.oci.image.index.v1+json' \
        "http://$COG_ENGINE_REGISTRY/v2/test/builders/manifests/$MARK" |
        jq -e '[.manifests[].annotations["vnd.docker.reference.type"] // empty] == ["attestation-manifest"]'
}

@test "the cache of a builder is listed and removed" {
    build "head -c 3000000 /dev/urandom >/made; : $MARK"
    submit --builder "$BUILDER" --no-export
    cog-cache --builder "$BUILDER" >cache.json
    jq -e '.schema == "cog/cache-1" and .size > 3000000 and (.records | length > 2)' cache.json
    jq -e --arg mark "$MARK" 'any(.records[]; (.description // "") | contains($mark))' cache.json
    [ "$(cog-cache --builder "$BUILDER" du --filter type==exec.cachemount | jq '.records | length')" = 0 ]
    # What a build used is let go after its end, and until then not removed.
    emptied() {
        cog-cache --builder "$BUILDER" prune --all >>pruned
        [ "$(cog-cache --builder "$BUILDER" | jq .size)" = 0 ]
    }
    await emptied
    jq -se 'map(.size) | add > 3000000' pruned
    cog-cache du | jq -e '.records | length > 0' # of the Docker Engine
    fails 3 engine.cache cog-cache --builder "$BUILDER" --filter '==' du
    fails 2 usage.operand cog-cache remove
    fails 2 usage.option cog-cache prune --keep-storage=x
}

@test "a builder that is killed during the build" {
    "$BATS_TEST_DIRNAME/../scripts/buildkit" start "$BUILDKIT/e"
    build "sleep 97 # $MARK"
    local status=0
    (
        await pgrep -f "sleep 97 # $MARK"
        kill -KILL "$(cat "$BUILDKIT/e/pid")"
    ) 3>&- &
    timeout 900 cog-submit --builder "unix://$BUILDKIT/e/sock" -o type=oci,dest=x.tar <build.json >stdout 2>err || status=$?
    pgrep -f "sleep 97 # $MARK" | xargs -r kill || true
    "$BATS_TEST_DIRNAME/../scripts/buildkit" stop "$BUILDKIT/e"
    [ "$status" = 3 ]
    grep -qF '[engine.lost]' err
    [ ! -s stdout ]
    run ! compgen -G 'x.tar*'
}

@test "cog build: with another builder, to an archive, a registry, the engine" {
    mkdir project
    cd project || exit
    project
    export COG_BUILDER=$BUILDER
    cog build --progress quiet -o type=oci | tar t | grep -x index.json
    cog build --progress quiet -t "$NAME" --push --load --iidfile id
    [ -s id ]
    docker image inspect "$NAME" >/dev/null
    docker image rm "$NAME"
    docker pull -q "$NAME"
    [ "$(docker run --rm "$NAME" cat /src/cog.yaml)" = "$(cat cog.yaml)" ]
    cog build --progress quiet 2>../log # there is no image then
    grep -q 'stays in the builder.s cache' ../log
    run ! grep 'Image built' ../log
    unset COG_BUILDER
    cog build --progress quiet --builder "tcp://127.0.0.1:$PORT" --tlsdir "$TLS" -o type=oci 2>../log | tar t | grep -x index.json
    grep -q 'Image built as' ../log
}
