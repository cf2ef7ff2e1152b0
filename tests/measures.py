"""What the benchmarks print. With COG_BENCH_JSON=FILE each row is also added to that file, an
object a line, for tests/bench-compare.
"""

import json
import os
from pathlib import Path


def keep(what: str, cog: float, reference: float | None, unit: str) -> None:
    """Adds a row to the file, if there is one."""
    path = os.environ.get("COG_BENCH_JSON")
    if path:
        row = {"what": what, "cog": round(cog, 3), "unit": unit}
        if reference is not None:
            row["reference"] = round(reference, 3)
        with Path(path).open("a") as file:
            file.write(json.dumps(row) + "\n")


def show(what: str, cog: float, reference: float | None, unit: str) -> None:
    """Prints a row: what cog takes, what it is compared with, and the ratio."""
    text = f"{what:48}{cog:9.1f} {unit:4}"
    if reference is not None:
        text += f"{reference:9.1f} {unit:4}{cog / reference:8.2f}x"
    print(text, flush=True)
    keep(what, cog, reference, unit)


def heading() -> None:
    """Prints what the columns are."""
    print(f"{'median':48}{'cog':>12} {'reference':>13} {'ratio':>9}")


def show_steps(image: Path) -> None:
    """Prints below a row where the time of cog's last build went, by the document it wrote: what
    kind of work, and the longest steps.
    """
    steps = [step for step in json.loads(image.read_text())["steps"] if not step["cached"]]
    sums: dict[str, int] = {}
    for step in steps:
        for kind, milliseconds in step.get("spent", {}).items():
            sums[kind] = sums.get(kind, 0) + milliseconds
    kinds = [
        f"{kind} {sums[kind] / 1000:.1f}" for kind in sorted(sums, key=lambda kind: -sums[kind])
    ]
    steps.sort(key=lambda step: -int(step["milliseconds"]))
    longest = [
        f"{step.get('stage') or step['name'][:24]} {step['milliseconds'] / 1000:.1f}"
        for step in steps[:5]
    ]
    print(f"    {', '.join(kinds)}; of them {', '.join(longest)}" if kinds else "    no steps")
