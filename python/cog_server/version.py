"""The version of cog: the text of the VERSION file, inside the wheel or at the top of the
checkout.
"""

from pathlib import Path

# The version of Cog whose API this is, as cog.version has it.
API_VERSION = "0.22.0"

_PLACES = (Path(__file__).parent / "VERSION", Path(__file__).parents[2] / "VERSION")

__version__ = next(place for place in _PLACES if place.exists()).read_text("ascii").strip()

# What the health check says from the first moment on. Clients of Cog look for coglet, its server.
VERSIONS = {"coglet": API_VERSION, "cog_server": __version__}
