"""How long a client wants to wait for a prediction: the Prefer header (RFC 7240)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Prefer:
    """`seconds`: answer with the state after so long, with None only at the end. `applied`: what
    Preference-Applied says.
    """

    seconds: float | None = None
    applied: str = ""


def read(header: str) -> Prefer:
    """Read the header: `respond-async` is not to wait, `wait=N` for N seconds at most, both
    together the latter. What is not understood is ignored, as the RFC says.
    """
    found: dict[str, str] = {}
    for part in header.split(","):
        name, _, value = part.partition(";")[0].partition("=")
        found.setdefault(name.strip().lower(), value.strip().strip('"'))
    wait = found.get("wait", "")
    if wait.isdecimal() and len(wait) < 10:
        return Prefer(float(wait), f"wait={int(wait)}")
    if "respond-async" in found:
        return Prefer(0, "respond-async")
    return Prefer()
