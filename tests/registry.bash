# registry.bash - a registry of a test's own, images in it, and plans that name them. Loaded with `load registry`.
# shellcheck shell=bash
# shellcheck disable=SC2034 # what it sets is for the tests

# registry [LINE...]: starts one with these lines of configuration; sets $host.
registry() {
    printf '%s\n' 'version: 0.1' 'log: {accesslog: {disabled: true}}' \
        "storage: {filesystem: {rootdirectory: $PWD/registry}, delete: {enabled: true}}" \
        "http: {addr: '127.0.0.1:0'}" "$@" >registry.yml
    serve_registry registry
}

# with_tls: lines of the last registry's configuration, so that it has cert.pem and key.pem.
with_tls() {
    sed "/^http:/s|.*|http: {addr: '127.0.0.1:0', tls: {certificate: $PWD/cert.pem, key: $PWD/key.pem}}|" registry.yml
}

# serve_registry NAME: starts that of NAME.yml; sets $host.
serve_registry() {
    : >"$1.log" # see listening()
    docker-registry serve "$1.yml" >>"$1.log" 2>&1 3>&- &
    pids+=($!)
    await grep 'msg="listening on ' "$1.log" || { cat "$1.log" && return 1; }
    host=$(sed -n 's/.*msg="listening on \([0-9.:]*\).*/\1/p' "$1.log")
}

digest() {
    sha256sum | sed 's/\(.*\) .*/sha256:\1/; s/ //g'
}

# put_blob NAME FILE
put_blob() {
    local place
    auth=(${auth[@]+"${auth[@]}"})
    place=$(curl -sfi "${auth[@]}" -X POST "http://$host/v2/$1/blobs/uploads/" | tr -d '\r' | sed -n 's/^Location: //p')
    curl -sf "${auth[@]}" -X PUT "$place&digest=$(digest <"$2")" \
        -H 'Content-Type: application/octet-stream' --data-binary "@$2"
}

# push NAME TAG ARCH [VARIABLE]: an image without layers; $pushed is its digest.
push() {
    auth=(${auth[@]+"${auth[@]}"})
    printf '{"architecture":"%s","os":"linux","config":{"Env":["%s"]},"rootfs":{"type":"layers","diff_ids":[]}}' \
        "$3" "${4:-MADE=here}" >config
    put_blob "$1" config
    type=application/vnd.docker.distribution.manifest.v2+json
    printf '{"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":%s,"digest":"%s"},"layers":[]}' \
        "$type" "$(stat -c %s config)" "$(digest <config)" >manifest
    put_manifest "$1" "$2" "$type" manifest
}

# put_manifest NAME TAG TYPE FILE
put_manifest() {
    curl -sf "${auth[@]}" -X PUT "http://$host/v2/$1/manifests/$2" -H "Content-Type: $3" --data-binary "@$4"
    pushed=$(digest <"$4")
}

# plan IMAGE: a plan with it; cog.yaml:3:3 asks for it.
plan() {
    jq -n --arg image "$1" '{schema: "cog/plan-1", platform: {os: "linux", arch: "amd64"}, contexts: {},
      stages: [{id: "base", phase: "build.base", source: {image: $image}}], export: {stage: "base"},
      decisions: [{key: "image.base", value: $image, rule: "test", at: "cog.yaml:3:3"}],
      source: {file: "cog.yaml", positions: {}}, "x-mine": 1}'
}
