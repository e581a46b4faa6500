"""What was measured, with all that is needed to judge it, as JSON; and the figures made from it.

Every single run is kept. Tables and plots are made from that alone, so they can be made again. A figure is a
median with the least and the most; a ratio is taken between two runs of the same round, never between
medians.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import packages_distributions, version
from math import log
from pathlib import Path
from pyexpat import EXPAT_VERSION
from statistics import linear_regression, median
from typing import Any

from lxml import etree

import ds3codec
from ds3codec.sinks import Output

from .contenders import CONTENDERS
from .measuring import Run


def _machine() -> dict[str, Any]:
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_megabytes": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e6),
        "system": platform.platform(),
    }


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    lines = information.read_text().splitlines() if information.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def _versions() -> dict[str, str]:
    needed = {contender.needs for contender in CONTENDERS.values() if contender.needs and contender.installed}
    projects = packages_distributions()
    packages = [projects.get(package, [package])[0] for package in ["lxml", "xsdata", *sorted(needed)]]
    return {
        "ds3codec": ds3codec.__version__,
        "python": platform.python_version(),
        "libxml2": ".".join(map(str, etree.LIBXML_VERSION)),
        "expat": EXPAT_VERSION.removeprefix("expat_"),
        **{package: version(package) for package in packages},
    }


@dataclass
class Results:
    """All runs of one benchmark, and why others failed."""

    benchmark: str
    parameters: dict[str, Any]
    runs: list[Run]
    left_out: list[str]
    failed: dict[str, str] = field(default_factory=dict)
    machine: dict[str, Any] = field(default_factory=_machine)
    versions: dict[str, str] = field(default_factory=_versions)

    def save(self, path: Path) -> None:
        """Save as JSON, with a line for each run, compressed if the ending says so."""
        contents = asdict(self)
        runs = ",\n".join(f"  {json.dumps(run)}" for run in contents.pop("runs"))
        head = json.dumps(contents, indent=1).removesuffix("\n}")
        with Output(path) as output:
            output.write(f'{head},\n "runs": [\n{runs}\n ]\n}}\n'.encode())

    @property
    def rounds(self) -> str:
        """Say how many runs each figure is made of."""
        count = self.parameters["rounds"]
        return "one round" if count == 1 else f"median of {count} rounds"

    def conditions(self) -> str:
        """Where this was measured, in a line."""
        versions = ", ".join(f"{name} {number}" for name, number in self.versions.items())
        machine = "{processor}, {cores} cores, {system}".format(**self.machine)
        return f"{machine}; {versions}."

    def absent(self) -> str:
        """Who is missing, in a line."""
        return f"Not installed, so left out: {', '.join(self.left_out)}." if self.left_out else ""

    def failures(self) -> str:
        """Who did not get through, and why, in a line each."""
        return "\n".join(f"- {name} failed: {reason}" for name, reason in self.failed.items())


def load(path: Path) -> Results:
    return Results(**json.loads(path.read_text()))


def where(runs: Sequence[Run], **labels: Any) -> list[Run]:
    """The runs with these labels."""
    return [run for run in runs if labels.items() <= run.items()]


def names_in(runs: Sequence[Run]) -> list[str]:
    """Who ran, in the order of the first round."""
    return list(dict.fromkeys(run["contender"] for run in runs))


def middle(runs: Sequence[Run], key: str = "seconds") -> float:
    return float(median(run[key] for run in runs))


def per_object(runs: Sequence[Run]) -> str:
    """Microseconds an object, in the middle of these runs; a dash where there are none."""
    if not runs:
        return "-"
    return format(1e6 * median(run["seconds"] / run["objects"] for run in runs), ",.2f")


def ratios(runs: Sequence[Run], name: str, other: str, key: str = "seconds") -> list[float]:
    """How many times as much `name` took as `other`, round by round."""
    others = {run["round"]: run[key] for run in where(runs, contender=other)}
    return [run[key] / others[run["round"]] for run in where(runs, contender=name) if run["round"] in others]


def spread(values: Sequence[float], form: str = ",.2f") -> str:
    """The median, and the least and the most where they differ."""
    text = format(median(values), form)
    return text if min(values) == max(values) else f"{text} ({min(values):{form}} to {max(values):{form}})"


def exponent(points: Sequence[tuple[float, float]]) -> float:
    """How `y` grows with `x`: the e of x**e, by least squares over the logarithms."""
    return linear_regression([log(x) for x, _ in points], [log(y) for _, y in points]).slope


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table; the columns whose heads begin with `>` are figures and stand to the right."""
    names = [name.removeprefix(">") for name in head]
    rules = ["---:" if name.startswith(">") else "---" for name in head]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [names, rules, *rows])
