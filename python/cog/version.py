"""The version of cog: the text of the VERSION file, which is the only place that states it.

The wheel carries the file inside the package; a checkout has it two folders up. It is read
through the module's loader, so that a wheel on sys.path works without being unpacked.
"""

import os

# The version of Cog whose API the server offers: what clients of Cog look at, in the document and
# in the label run.cog.version (lib/blocks/export.c).
API_VERSION = "0.22.0"


def _read(folder: str) -> str:
    for place in (folder, os.path.dirname(os.path.dirname(folder))):
        try:
            data: bytes = __loader__.get_data(os.path.join(place, "VERSION"))  # type: ignore[name-defined]
        except OSError:
            continue
        return data.decode("ascii").strip()
    raise ImportError("cog: the VERSION file is missing")


__version__ = _read(os.path.dirname(__file__))
