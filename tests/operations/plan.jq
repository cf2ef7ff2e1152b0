# A resolved plan that has every operation and every kind of input and mount, with all their options but those that
# BuildKit 0.8 lacks (newer.jq). Its input is the member `images`; $server is where tests/git-server answers.
def local: {local: "source"};
def copy(from; src; dest): {op: "copy", from: from, src: [src], dest: dest};
def git: {git: "http://\($server)/open.git", ref: $commit};
{
    schema: "cog/plan-1", platform: {os: "linux", arch: "amd64"}, images: .,
    contexts: {
        source: {path: "source"},
        generated: {files: [{path: "step.py", mode: 493, text: $step}, {path: "deep/er.txt", text: "deep\n"}]}
    },
    stages: [
        {id: "seed", source: {scratch: true}, operations: [
            {op: "mkdir", path: "/seed", mode: 488, chown: "1234:5678", modified: 1000000000},
            {op: "mkfile", path: "/seed/file", text: "seed\n", mode: 384, chown: "7", modified: 1000000001}]},
        {id: "folder", source: local, operations: [{op: "mkfile", path: "/added.txt", text: "added\n"}]},
        {id: "repo", source: (git + {subdir: "models/small"})},
        {id: "unused", source: {image: "example.com/nowhere:1"}},
        {id: "base", source: {image: "python:3.13-slim-trixie"}, env: {BASE: "${PATH}", STAGE: "base"}, dir: "/made/by/dir", user: "www-data",
            operations: [{op: "exec", shell: "id -un >/tmp/who; pwd >/tmp/where"}]},
        {id: "app", source: {stage: "base"}, env: {STAGE: "${STAGE}+app"}, user: "root", operations: [
            {op: "env", env: {A: "1"}},
            {op: "env", env: {B: "${A}2", MISSING: "<${NOTHING}>"}},
            {op: "mkdir", path: "/d", mode: 448, chown: "1000", modified: 1000000000},
            {op: "mkdir", path: "/d/deep", parents: false},
            {op: "mkdir", path: "/p/q/r"},
            {op: "mkfile", path: "/f", text: "täxt\n", mode: 416, chown: "games:users", modified: 1000000000},
            {op: "mkfile", path: "/nobodys", text: "", chown: "nobody"},
            (copy(local; "/a.txt"; "/x/") + {chmod: 365, chown: "www-data", modified: 1000000000}),
            (copy(local; "*.none"; "/y/") + {allow_empty: true}),
            (copy(local; "[1].txt"; "/z/") + {wildcard: false}),
            copy(local; "?.txt"; "/any/"),
            (copy(local; "/"; "/w") + {contents: true}),
            copy(local; "sub"; "/into"),
            (copy(local; "link.txt"; "/followed") + {follow: true}),
            copy(local; "link.txt"; "/kept/"),
            (copy({stage: "seed"}; "/seed"; "/s") + {contents: true, link: true}),
            (copy({stage: "folder"}; "/"; "/folder") + {contents: true}),
            (copy({local: "generated"}; "/"; "/generated") + {contents: true}),
            copy({image: "python:3.13-slim-trixie"}; "/etc/os-release"; "/other-image"),
            copy({url: "http://\($server)/weights.bin", checksum: $checksum, filename: "renamed.bin", mode: 292}; "/renamed.bin"; "/url/"),
            copy({url: "http://\($server)/weights.bin", checksum: $checksum}; "/weights.bin"; "/url/"),
            (copy(git; "/"; "/git") + {contents: true}),
            (copy({stage: "repo"}; "/"; "/git-subdir") + {contents: true}),
            (copy({git: "http://\($server)/closed/open.git", ref: "main", keep_git_dir: true}; "/"; "/git-branch") + {contents: true}),
            {op: "mkdir", path: "/logs"},
            {op: "mkfile", path: "/logs/a.log", text: ""},
            {op: "mkfile", path: "/logs/b.log", text: ""},
            {op: "mkfile", path: "/logs/c.txt", text: ""},
            {op: "mkfile", path: "/logs/[d].log", text: ""},
            {op: "remove", path: "/logs/[d].log"},
            {op: "remove", path: "/logs/*.log", wildcard: true},
            {op: "remove", path: "/p/q"},
            {op: "remove", path: "/was/never/there"},
            {op: "exec", argv: ["python3", "/mnt/generated/step.py"], env: {RUN: $run, B: "of the step"},
                hosts: [{host: "db.example.com", ip: "192.0.2.7"}],
                mounts: [
                    {type: "bind", from: {local: "generated"}, target: "/mnt/generated"},
                    {type: "bind", from: {stage: "seed"}, path: "/seed", target: "/mnt/seed", readonly: false},
                    {type: "bind", from: git, path: "/models", target: "/mnt/models"},
                    {type: "bind", from: {scratch: true}, target: "/mnt/nothing", readonly: false},
                    {type: "cache", id: "\($id)-shared", target: "/mnt/cache", from: {stage: "seed"}, path: "/seed"},
                    {type: "cache", id: "\($id)-private", target: "/mnt/private", sharing: "private"},
                    {type: "cache", id: "\($id)-locked", target: "/mnt/locked", sharing: "locked"},
                    {type: "secret", id: "token", target: "/run/token", required: true, mode: 256},
                    {type: "secret", id: "not-given", target: "/run/not-given"},
                    {type: "ssh", target: "/run/agent.sock", required: true},
                    {type: "tmpfs", target: "/mnt/tmpfs"}]},
            {op: "exec", argv: ["sh", "-c", "id >/tmp/user; pwd >/tmp/dir"], user: "1000:100", dir: "/tmp", mounts: [{type: "bind", from: {scratch: true}, target: "/unused"}]},
            {op: "exec", shell: "ls /sys/class/net >/interfaces", network: "none"},
            {op: "exec", shell: "ls /sys/class/net >/host-interfaces", network: "host"}]}
    ],
    export: {
        stage: "app", tags: [], labels: {"com.example.said": "yes"}, label_files: {"com.example.read": "/f"},
        image: {
            env: {PATH: "/venv/bin:${PATH}"}, entrypoint: ["/usr/bin/env"], cmd: ["python3", "-V"], workdir: "/w", user: "1000:100",
            exposed_ports: ["5000", "53/udp"], volumes: ["/data"], stop_signal: "SIGINT",
            healthcheck: {test: ["CMD", "true"], interval: 30, timeout: 5, start_period: 60, retries: 3}
        }
    },
    source: {file: "cog.yaml", positions: {}}
}
