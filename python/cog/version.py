"""The version of cog: the text of the VERSION file, which is the only place that states it.

The wheel carries the file inside the package; a checkout has it two folders up. It is read
through the module's loader, so that a wheel on sys.path works without being unpacked.
"""

import os


def _read(folder: str) -> str:
    for place in (folder, os.path.dirname(os.path.dirname(folder))):
        try:
            data: bytes = __loader__.get_data(os.path.join(place, "VERSION"))  # type: ignore[name-defined]
        except OSError:
            continue
        return data.decode("ascii").strip()
    raise ImportError("cog: the VERSION file is missing")


__version__ = _read(os.path.dirname(__file__))
