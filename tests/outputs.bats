#!/usr/bin/env bats
# outputs.bats - the forms in which an image leaves BuildKit: compression, annotations, attestations, times; and what other
# clients of BuildKit make of the same graph.
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

# manifest ARCHIVE: the manifest of the image in an OCI archive; blob ARCHIVE DIGEST: one of its blobs.
manifest() {
    blob "$1" "$(tar xOf "$1" index.json | jq -r '.manifests[0].digest')"
}

blob() {
    tar xOf "$1" "blobs/sha256/${2#sha256:}"
}

@test "layers are packed as asked: zstd, estargz, uncompressed; with force-compression those of the base, too" {
    build "echo $MARK > /made"
    submit --builder "$BUILDER" -o type=oci,dest=zstd.tar,compression=zstd,compression-level=3,force-compression=true,annotation.org.example=one
    manifest zstd.tar >manifest.json
    jq -e '(.layers | length > 1 and all(.mediaType == "application/vnd.oci.image.layer.v1.tar+zstd")) and
        .annotations["org.example"] == "one"' manifest.json
    blob zstd.tar "$(jq -r '.layers[-1].digest' manifest.json)" | head -c 4 | od -An -tx1 | grep '28 b5 2f fd'
    submit --builder "$BUILDER" -o type=oci,dest=estargz.tar,compression=estargz,force-compression=true
    manifest estargz.tar | jq -e '.layers | all(.annotations["containerd.io/snapshot/stargz/toc.digest"])'
    submit --builder "$BUILDER" -o type=oci,dest=plain.tar,compression=uncompressed,force-compression=true
    manifest plain.tar | jq -e '.layers | all(.mediaType | endswith(".tar"))'
    refuses build.output cog-submit -o type=oci,dest=x.tar,compression=zstd <build.json # by a Docker Engine without blobs
}

@test "the same image twice, where all times are those of the epoch" {
    plan "mkdir /made; date > /made/date; : $MARK" | cog-resolve --no-lock >resolved.json
    SOURCE_DATE_EPOCH=1700000000 cog-llb <resolved.json | jq -c . >build.json
    submit --builder "$BUILDER" -o type=oci,dest=one.tar
    manifest one.tar >manifest.json
    blob one.tar "$(jq -r '.layers[-1].digest' manifest.json)" | gzip -d | TZ=UTC tar tv | grep -v ' 2023-11-14 ' >late || true
    [ ! -s late ]
    submit --builder "$BUILDER" -o type=oci,dest=two.tar
    manifest two.tar | cmp manifest.json -
}

@test "an SBOM by a scanner of one's own; a Docker Engine without blobs says that it cannot" {
    local scanner=$COG_ENGINE_REGISTRY/test/scanner:$MARK
    plan true | jq -c --arg name "$scanner" '.export.tags = [$name] | .export.image.cmd = ["sh", "-c",
        "echo {\\\"_type\\\":\\\"https://in-toto.io/Statement/v0.1\\\",\\\"predicateType\\\":\\\"https://spdx.dev/Document\\\",\\\"predicate\\\":{\\\"name\\\":\\\"ours\\\"}} > $BUILDKIT_SCAN_DESTINATION/s.spdx.json"]' |
        cog-resolve --no-lock | cog-llb >build.json
    submit --builder "$BUILDER" --push
    build "echo $MARK"
    submit --builder "$BUILDER" -o type=oci,dest=image.tar --sbom="generator=$scanner"
    tar xOf image.tar index.json | jq -r '.manifests[0].digest' >digest
    blob image.tar "$(<digest)" >index.json
    jq -r '.manifests[] | select(.annotations["vnd.docker.reference.type"] == "attestation-manifest").digest' index.json >attestation
    blob image.tar "$(<attestation)" | jq -e '[.layers[].annotations["in-toto.io/predicate-type"]] | index("https://spdx.dev/Document") != null'
    refuses build.output cog-submit --sbom <build.json
}

@test "a link that stands where a folder belongs leads no output elsewhere" {
    mkdir inside outside
    ln -s ../outside inside/etc
    build "mkdir -p /etc/led; echo $MARK > /etc/led/out"
    submit --builder "$BUILDER" -o inside
    [ -z "$(ls outside)" ]
    [ "$(cat inside/etc/led/out)" = "$MARK" ]
    [ ! -L inside/etc ]
}

@test "cog-llb --raw | buildctl build: the graph is one for any client" {
    for project in minimal readability; do
        cp -r "$TOP/tests/projects/$project" .
        (cd "$project" && cog plan) | cog-resolve --no-lock --builder "$BUILDER" >resolved.json
        cog-llb <resolved.json >build.json
        mapfile -t contexts < <(jq -r --arg here "$PWD/$project" --arg wheels "$TOP/build/share/cog/wheels" '.contexts | to_entries[] |
            "--local", "\(.key)=\(if .value.cog then $wheels else $here + "/" + (.value.path // ".") end)"' build.json)
        cog-llb --raw <resolved.json | "$BK_TOOLS/buildctl" --addr "$BUILDER" build --progress=plain "${contexts[@]}" \
            --secret id=cog-ca-certificates,src=/etc/ssl/certs/ca-certificates.crt --output "type=local,dest=out-$project" 2>log || { cat log && return 1; }
        [ -e "out-$project/src/cog.yaml" ]
    done
}

@test "ten builds of one project at once all end well" {
    mkdir project
    cd project || exit
    project
    local waiting=()
    for i in {1..10}; do
        cog build --progress quiet -t "$NAME-$i" >"../out-$i" 2>&1 3>&- &
        waiting+=($!)
        IMAGES+=("$NAME-$i")
    done
    for i in {0..9}; do
        wait "${waiting[i]}" || { cat "../out-$((i + 1))" && return 1; }
    done
    [ "$(docker image inspect -f '{{.Id}}' "${IMAGES[@]}" | wc -l)" = 10 ]
    jq -e '.images | length == 1' cog.lock
}
