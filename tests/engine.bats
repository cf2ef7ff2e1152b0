#!/usr/bin/env bats
# engine.bats - scripts/setup, scripts/engine and scripts/base-image, with a real engine in a folder of its own.
# shellcheck disable=SC2016 # commands in single quotes are for the shells that are started

setup_file() {
	export PATH=$PATH:/usr/sbin:/sbin
	cd "$BATS_TEST_DIRNAME/.." || return
	folder=$(mktemp -d)
	export COG_ENGINE_DIR=$folder/engine
	unset DOCKER_HOST DOCKER_CONTEXT COG_ENGINE_REGISTRY
	# Two at once, so that the time of one gives two digests to compare.
	scripts/engine start
	eval "$(scripts/engine env)"
	scripts/base-image --force >"$folder/digest1" &
	scripts/base-image --force >"$folder/digest2"
	wait
	unset DOCKER_HOST COG_ENGINE_REGISTRY
}

teardown_file() {
	scripts/engine stop --force
	COG_ENGINE_DIR=$COG_ENGINE_DIR-2 scripts/engine stop --force
	rm -rf "${COG_ENGINE_DIR%/engine}"
}

setup() {
	load lib
	bats_load_library bats-support
	bats_load_library bats-assert
	[ "$(id -u)" = 0 ] || skip "a private engine needs root"
}

# use_engine: starts it and points docker at it.
use_engine() {
	scripts/engine start
	eval "$(scripts/engine env)"
	id=${DOCKER_HOST#unix:///run/cog-engine-}
	id=${id%/*}
}

# traces: whatever on this machine is named after the engine ID or its folder, but for the folder itself.
traces() {
	# Read whole before it is searched, since the search names them too.
	all=$(
		ip -o link
		ip route
		nft list tables
		cat /proc/self/mountinfo
		ls -d /run/*
		find /sys/fs/cgroup -type d
		cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' '\n'
	)
	echo "$all" | grep -e "$id" -e "$COG_ENGINE_DIR/"
}

refute_traces() {
	run traces
	refute_output
}

@test "a second start uses the engine that runs" {
	use_engine
	before=$(cat "/run/cog-engine-$id/dockerd.pid")
	run scripts/engine start
	assert_success
	assert_output "engine: is running"
	assert_equal "$(cat "/run/cog-engine-$id/dockerd.pid")" "$before"
	docker version
}

@test "stop leaves nothing but the folder, and may be repeated" {
	use_engine
	run traces
	assert_success
	docker run -d python:3.13-slim sleep 4241.$$
	run scripts/engine stop
	assert_success
	refute_traces
	run pgrep -fx "sleep 4241.$$"
	refute_output
	run scripts/engine stop
	assert_success
	refute_output
	run scripts/engine status
	assert_failure 3
	run scripts/engine env
	assert_failure 3
	assert_output --partial "scripts/engine start"
}

@test "images stay from one start to the next" {
	use_engine
	docker pull -q python:3.13-slim
	scripts/engine stop
	use_engine
	docker image inspect python:3.13-slim
	run scripts/base-image
	assert_success
	assert_output "base-image: python:3.13-slim-trixie is there"
}

# alone COMMANDS: runs them where no other engine is, with a network and a /run of their own.
alone() {
	COG_ENGINE_DIR=$COG_ENGINE_DIR-alone unshare --net --mount sh -euc "mount -t tmpfs run /run; ip link set lo up; $1"
}

@test "forwarding is switched on, and back by the last engine" {
	run alone '
		echo 0 >/proc/sys/net/ipv4/ip_forward
		forwarding() { cat /proc/sys/net/ipv4/ip_forward; }
		forwarding
		scripts/engine start
		forwarding
		COG_ENGINE_DIR=$COG_ENGINE_DIR-2 scripts/engine run true
		forwarding
		scripts/engine stop
		forwarding
		COG_ENGINE_DIR=$COG_ENGINE_DIR-2 scripts/engine start
		scripts/engine run true
		forwarding
		COG_ENGINE_DIR=$COG_ENGINE_DIR-2 scripts/engine stop
		forwarding' 2>/dev/null
	assert_success
	assert_equal "$(echo "$output" | grep -v engine | xargs)" "0 1 1 0 1 0"
}

@test "a firewall or a resolver that keeps builds from the network is named" {
	run alone '
		nft "add table ip strict; add chain ip strict forward { type filter hook forward priority 0; policy drop; }"
		echo "nameserver 127.0.0.1" >/run/resolv.conf
		mount --bind /run/resolv.conf /etc/resolv.conf
		scripts/engine run true
		nft list ruleset'
	assert_success
	assert_output --partial "iptables -I FORWARD"
	assert_output --partial "only loopback name servers"
	assert_output --partial "chain forward"
}

@test "the engine of a newer Debian leaves nothing either, and commands in its containers see theirs" {
	export COG_ENGINE_SUITE=sid COG_ENGINE_STORE=containerd COG_ENGINE_DIR=$COG_ENGINE_DIR-2
	use_engine
	scripts/base-image
	run docker info -f '{{.Driver}}'
	assert_output overlayfs
	container=$(docker run -d python:3.13-slim sleep 4245.$$)
	docker exec "$container" touch /seen
	run docker diff "$container"
	assert_output "A /seen"
	run scripts/engine stop
	assert_success
	refute_traces
	run pgrep -fx "sleep 4245.$$"
	refute_output
	run grep -c engine-root /proc/self/mountinfo
	assert_output 0
}

@test "a store that an engine cannot have, and a suite that is none" {
	COG_ENGINE_STORE=containerd run scripts/engine start
	assert_failure 2
	COG_ENGINE_SUITE=sid COG_ENGINE_STORE=btrfs run scripts/engine start
	assert_failure 2
	COG_ENGINE_SUITE=../sid run scripts/engine start
	assert_failure 3
	assert_output --partial "no name of a Debian suite"
	COG_ENGINE_SUITE=no-such-suite run scripts/engine start
	assert_failure 3
	assert_output --partial "mmdebstrap failed"
	rm build/engine-root-no-such-suite.*
}

@test "engines of two folders run side by side" {
	use_engine
	run docker info -f '{{.DockerRootDir}}'
	assert_output "$COG_ENGINE_DIR/data"
	COG_ENGINE_DIR=$COG_ENGINE_DIR-2 run scripts/engine run docker info -f '{{.DockerRootDir}}'
	assert_output "$COG_ENGINE_DIR-2/data"
	docker run --rm python:3.13-slim true
}

@test "a subnet that somebody took between two starts is left to them" {
	use_engine
	scripts/engine stop
	COG_ENGINE_DIR=$COG_ENGINE_DIR-2 scripts/engine start
	use_engine
	run sh -c "ip route | awk '/ dev cog/ { print \$1 }' | sort | uniq -d"
	refute_output
	COG_ENGINE_DIR=$COG_ENGINE_DIR-2 scripts/engine stop
}

@test "an engine that is reachable is used and not touched" {
	use_engine
	run env -u COG_ENGINE_DIR scripts/engine start
	assert_success
	assert_output "engine: using the engine that is reachable ($DOCKER_HOST)"
	run env -u COG_ENGINE_DIR scripts/engine env
	assert_success
	refute_output
	run env -u COG_ENGINE_DIR -u COG_ENGINE_REGISTRY scripts/base-image
	assert_success
	assert_output --partial "pulls python:3.13-slim-trixie by itself"
}

@test "run passes on input, output and status, and stops what it began" {
	use_engine
	scripts/engine stop
	run scripts/engine run sh -c 'docker version >&2 && cat && exit 7' <<<hello
	assert_failure 7
	assert_line hello
	refute_traces
}

@test "run leaves an engine that start began" {
	use_engine
	scripts/engine run true
	docker version
}

@test "the last of several runs stops the engine" {
	use_engine
	scripts/engine stop
	scripts/engine run sh -c 'touch "$COG_ENGINE_DIR/up"; while [ -e "$COG_ENGINE_DIR/up" ]; do sleep 0.1; done; docker version' 3>&- &
	await [ -e "$COG_ENGINE_DIR/up" ]
	scripts/engine run true
	run scripts/engine stop
	rm "$COG_ENGINE_DIR/up"
	assert_failure 3
	assert_output --partial "is using it"
	wait $!
	refute_traces
}

@test "run ends at once on INT and TERM, and cleans up" {
	use_engine
	scripts/engine stop
	for signal in INT TERM; do
		# The shell would have background commands ignore INT.
		env --default-signal=INT scripts/engine run sh -c 'touch "$COG_ENGINE_DIR/up"; exec sleep 4242' 3>&- </dev/null &
		await [ -e "$COG_ENGINE_DIR/up" ]
		rm "$COG_ENGINE_DIR/up"
		kill -s $signal $!
		status=0
		wait $! || status=$?
		assert_equal "$status" $((128 + $(kill -l $signal)))
		refute_traces
	done
}

@test "start works after kill -9 of dockerd in a build, and nothing of before is left" {
	use_engine
	docker run -d python:3.13-slim sleep 4243.$$
	printf 'FROM python:3.13-slim\nRUN sleep 4244.%s\n' $$ | DOCKER_BUILDKIT=1 /usr/bin/docker build --no-cache - 3>&- &
	await pgrep -fx "sleep 4244.$$"
	kill -9 "$(cat "/run/cog-engine-$id/dockerd.pid")"
	use_engine
	docker run --rm python:3.13-slim true
	run pgrep -fx "sleep 424[34].$$"
	refute_output
	kill -9 "$(cat "/run/cog-engine-$id/dockerd.pid")"
	scripts/engine stop
	refute_traces
}

@test "a start that is killed in the middle is made good by the next start or stop" {
	use_engine
	scripts/engine stop
	for moment in 0.05 0.1 0.15 0.2 0.3; do
		scripts/engine start 3>&- &
		sleep $moment
		# It may have ended by then; what it began is the same.
		kill -9 $! || true
		scripts/engine stop
		refute_traces
	done
	scripts/engine start 3>&- &
	sleep 0.1
	kill -9 $! || true
	use_engine
	docker version
}

@test "a process with the number of a stale pid file is not taken for dockerd" {
	use_engine
	kill -9 "$(cat "/run/cog-engine-$id/dockerd.pid")"
	sleep 3600 3>&- &
	echo $! >"/run/cog-engine-$id/dockerd.pid"
	use_engine
	docker version
	kill $!
}

@test "when dockerd does not start, its log is shown" {
	use_engine
	scripts/engine stop
	printf '#!/bin/sh\necho no such luck\nexit 1\n' >"$BATS_TEST_TMPDIR/dockerd"
	chmod +x "$BATS_TEST_TMPDIR/dockerd"
	PATH=$BATS_TEST_TMPDIR:$PATH run scripts/engine start
	assert_failure 3
	assert_line "no such luck"
	refute_traces
}

@test "usage errors exit with 2" {
	for arguments in '' begin 'start now' 'stop now' run; do
		# shellcheck disable=SC2086
		run scripts/engine $arguments
		assert_failure 2
	done
	run scripts/base-image --python 2.7
	assert_failure 2
	run scripts/setup everything
	assert_failure 2
}

@test "setup with nothing to do needs no network" {
	run unshare -n scripts/setup build
	assert_success
	refute_output
}

@test "a base image made twice has the same digest" {
	run cat "${COG_ENGINE_DIR%/engine}/digest1"
	assert_output --regexp '^sha256:[0-9a-f]{64}$'
	run diff "${COG_ENGINE_DIR%/engine}/digest1" "${COG_ENGINE_DIR%/engine}/digest2"
	assert_success
}

@test "the base image looks like Docker Hub's" {
	use_engine
	run docker run --rm -i python:3.13-slim sh -eu <<-'END'
		python -c 'import sys; print(*sys.version_info[:2], sys.executable)'
		command -v python3
		command -v pip
		command -v pip3
		python -m venv /venv
		/venv/bin/python -m pip --version >/dev/null
		pip --version >/dev/null
		python -c 'import ssl, sqlite3, zoneinfo; zoneinfo.ZoneInfo("Europe/Berlin")'
		! ls /usr/lib/python3*/EXTERNALLY-MANAGED 2>/dev/null
		dpkg --audit
		echo "$LANG"
	END
	assert_success
	assert_output - <<-'END'
		3 13 /usr/local/bin/python
		/usr/local/bin/python3
		/usr/local/bin/pip
		/usr/local/bin/pip3
		C.UTF-8
	END
	run docker inspect -f '{{.Config.Cmd}}' python:3.13-slim
	assert_output '[python3]'
}

@test "the base image has Debian's certificates and no others" {
	use_engine
	run docker run --rm python:3.13-slim sh -c \
		'sort -u /usr/share/ca-certificates/mozilla/*.crt >/tmp/a; sort -u /etc/ssl/certs/ca-certificates.crt | diff /tmp/a -'
	assert_success
	refute_output
}

@test "build steps reach the network: apt-get" {
	use_engine
	run env DOCKER_BUILDKIT=1 /usr/bin/docker build --progress=plain --no-cache - <<-'END'
		FROM python:3.13-slim
		RUN apt-get update && apt-get install -y --no-install-recommends tini && tini --version
	END
	assert_success
	assert_output --partial "tini version"
}

@test "a published port is reached at 127.0.0.1" {
	use_engine
	container=$(docker run -d -p 127.0.0.1::5000 python:3.13-slim python -m http.server 5000)
	address=$(docker port "$container" 5000)
	await curl -sf --noproxy '*' "http://$address/etc/hostname"
	run curl -sf --noproxy '*' "http://$address/etc/hostname"
	assert_success
	assert_output "$(echo "$container" | cut -c1-12)"
	docker rm -f "$container"
}
