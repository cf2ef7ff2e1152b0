"""What the steps of a build call: python FOLDER COMMAND [ARG...]."""

import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path[0] = str(Path(__file__).resolve().parent.parent)  # that of the folder itself, which is run

USAGE = """\
usage: python FOLDER fetch DIR [OPTION...]         puts uv into DIR
       python FOLDER resolve UV DIR TABLE OPTION... what each layer installs, into DIR
       python FOLDER install MODE UV DIR OPTION...  makes the layer that DIR tells of
       python FOLDER pip MODE OPTION...             makes the only layer, by pip
       python FOLDER extend DIR OPTION...           builds what needs the other layers, into DIR
       python FOLDER lay MODE DIR                   makes a layer of that
       python FOLDER wheel MODE FILE                makes a layer of one wheel
       python FOLDER compile MODE FOLDER...         compiles modules
       python FOLDER freeze                         lists what is installed
MODE is that of compileall: checked-hash or unchecked-hash."""


def main(argv: list[str]) -> int:
    """Runs one command."""
    command, arguments = (argv[0], argv[1:]) if argv else ("", [])
    if command == "fetch" and arguments:
        from cog_install import uv

        uv.fetch(Path(arguments[0]), arguments[1:])
    elif command == "resolve" and len(arguments) > 2:
        from cog_install import resolution

        to, program, table = Path(arguments[1]), Path(arguments[0]), Path(arguments[2])
        resolution.resolve(to, program, table, arguments[3:])
    elif command == "install" and len(arguments) > 2:
        from cog_install import layer

        uv_folder, part = Path(arguments[1]), Path(arguments[2])
        layer.install(uv_folder, part, arguments[3:], checked=arguments[0] == "checked-hash")
    elif command == "pip" and len(arguments) > 1:
        from cog_install import layer

        layer.install_all(arguments[1:], checked=arguments[0] == "checked-hash")
    elif command == "extend" and len(arguments) > 2:
        from cog_install import extensions

        extensions.extend(Path(arguments[0]), arguments[1:])
    elif command == "lay" and len(arguments) == 2:
        from cog_install import extensions

        extensions.lay(Path(arguments[1]), checked=arguments[0] == "checked-hash")
    elif command == "wheel" and len(arguments) == 2:
        from cog_install import layer

        layer.install_wheel(arguments[1], checked=arguments[0] == "checked-hash")
    elif command == "compile" and len(arguments) > 1:
        from cog_install import bytecode

        bytecode.compile_folders(arguments[1:], checked=arguments[0] == "checked-hash")
    elif command == "freeze":
        from cog_install import freeze

        print(*freeze.freeze(), sep="\n")
    else:
        print(USAGE, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
