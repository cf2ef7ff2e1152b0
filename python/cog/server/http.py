"""`python -m cog.server.http`: hand over to the HTTP server, which lives in an environment of its
own.

Run by the user's Python (/venv). It replaces itself by `/opt/cog/bin/python -I -m cog_server`,
passing its own arguments on and, with --worker-python, the interpreter that is to run the model.
COG_SERVER_PYTHON names another interpreter for the server. -I keeps the project's folder,
PYTHONPATH and the user's site out of the server. Exit status: the server's; 3 when the server's
interpreter cannot be started.
"""

import os
import sys


def main() -> int:
    """Replace this process by the server; returns only when that fails."""
    python = os.environ.get("COG_SERVER_PYTHON", "/opt/cog/bin/python")
    argv = [python, "-I", "-m", "cog_server", "--worker-python", sys.executable, *sys.argv[1:]]
    try:
        os.execv(python, argv)
    except OSError as error:
        print(
            f"cog.server.http: cannot start the server: {python}: {error.strerror}", file=sys.stderr
        )
        return 3


if __name__ == "__main__":
    sys.exit(main())
