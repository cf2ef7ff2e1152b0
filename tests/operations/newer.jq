# Adds to plan.jq's what engines need a capability for, each only when .capabilities of $engine has it.
def can(name): ($engine[0].capabilities | index(name)) != null;
.stages[-1].operations += [
    (select(can("file.symlink.create")) | {op: "symlink", target: "f", path: "/symlink", chown: "1:2", modified: 1000000000}),
    (select(can("file.copy.includeexcludepatterns")) |
        {op: "copy", from: {local: "source"}, src: ["/"], dest: "/patterns", contents: true, include: ["**/*.txt"], exclude: ["sub"]}),
    (select(can("exec.secretenv")) | {op: "exec", shell: "printf %s \"$TOKEN\" | sha256sum >/token-digest; echo \"${ABSENT-unset}\" >/absent",
        mounts: [{type: "secret", id: "token", env: "TOKEN", required: true}, {type: "secret", id: "not-given", env: "ABSENT"}]}),
    (select(can("exec.mount.tmpfs.size")) | {op: "exec", shell: "df -k /small | tail -1 >/small-size", mounts: [{type: "tmpfs", target: "/small", size: 1048576}]})
]
