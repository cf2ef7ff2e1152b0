"""What the steps of a build call: python FOLDER COMMAND [ARG...]."""

import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path[0] = str(Path(__file__).resolve().parent.parent)  # that of the folder itself, which is run

USAGE = """\
usage: python FOLDER fetch DIR [OPTION...]           puts uv into DIR
       python FOLDER environment MODE                makes /venv, with pip
       python FOLDER packages MODE UV DIR TABLE OWN OPTION...
           installs packages, but for those of other layers, which it puts into DIR
       python FOLDER install MODE UV DIR OPTION...   makes the layer that DIR tells of
       python FOLDER pip MODE DIR OWN OPTION...      makes the only layer, by pip
       python FOLDER extend DIR OPTION...            builds what needs the other layers, into DIR
       python FOLDER lay MODE DIR                    makes a layer of that
       python FOLDER wheel MODE FILE                 makes a layer of one wheel
       python FOLDER server UV DIR TO OPTION...      makes the server's environment TO
       python FOLDER compile MODE FOLDER...          compiles modules
       python FOLDER freeze DIR                      lists what is installed
MODE is that of compileall: checked-hash or unchecked-hash. Lists are DIR/pip-freeze.txt; OWN is the
line for the package cog, which has a layer of its own."""


def main(argv: list[str]) -> int:
    """Runs one command."""
    from cog_install import bytecode

    bytecode.prepare()
    from cog_install import freeze, layer, uv

    match argv:
        case ["fetch", to, *options]:
            uv.fetch(Path(to), options)
        case ["environment", mode]:
            layer.make_environment(mode)
        case ["packages", mode, program, to, table, own, *options]:
            layer.install_packages(mode, Path(program), Path(to), Path(table), [own], options)
        case ["install", mode, program, part, *options]:
            layer.install(mode, Path(program), Path(part), options)
        case ["pip", mode, to, own, *options]:
            layer.install_all(mode, Path(to), [own], options)
        case ["extend", to, *options]:
            from cog_install import extensions

            extensions.extend(Path(to), options)
        case ["lay", mode, part]:
            from cog_install import extensions

            extensions.lay(mode, Path(part))
        case ["wheel", mode, file]:
            layer.install_wheel(mode, Path(file))
        case ["server", program, files, to, *options]:
            layer.install_server(Path(program), Path(files), Path(to), options)
        case ["compile", mode, *folders] if folders:
            bytecode.compile_folders(folders, mode)
        case ["freeze", to]:
            freeze.write(Path(to), [])
        case _:
            print(USAGE, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    from cog_install.program import Failed

    try:
        sys.exit(main(sys.argv[1:]))
    except Failed as error:
        sys.exit(error.status)
