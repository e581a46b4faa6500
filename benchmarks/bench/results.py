"""The measured runs and their conditions, saved as JSON, and the figures made from them.

Every single run is kept. Tables and plots are made from the runs alone, so they can be made again. A figure
is a median with the minimum and maximum; a ratio compares two runs of the same round, never medians.
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
    """All runs of one benchmark, and the reasons of those that failed."""

    benchmark: str
    parameters: dict[str, Any]
    runs: list[Run]
    left_out: list[str]
    failed: dict[str, str] = field(default_factory=dict)
    machine: dict[str, Any] = field(default_factory=_machine)
    versions: dict[str, str] = field(default_factory=_versions)

    def save(self, path: Path) -> None:
        """Save as JSON with a line for each run; compress it if the path has the ending of a compression."""
        contents = asdict(self)
        runs = ",\n".join(f"  {json.dumps(run)}" for run in contents.pop("runs"))
        head = json.dumps(contents, indent=1).removesuffix("\n}")
        with Output(path) as output:
            output.write(f'{head},\n "runs": [\n{runs}\n ]\n}}\n'.encode())

    @property
    def rounds(self) -> str:
        """The number of rounds behind each figure, in words."""
        count = self.parameters["rounds"]
        return "one round" if count == 1 else f"median of {count} rounds"

    def conditions(self) -> str:
        """Describe the machine and the versions, in a line."""
        versions = ", ".join(f"{name} {number}" for name, number in self.versions.items())
        machine = "{processor}, {cores} cores, {system}".format(**self.machine)
        return f"{machine}; {versions}."

    def absent(self) -> str:
        """Name the contenders that are not installed, in a line."""
        return f"Not installed, so left out: {', '.join(self.left_out)}." if self.left_out else ""

    def failures(self) -> str:
        """Name each contender that failed and its reason, in a line each."""
        return "\n".join(f"- {name} failed: {reason}" for name, reason in self.failed.items())


def load(path: Path) -> Results:
    return Results(**json.loads(path.read_text()))


def where(runs: Sequence[Run], **labels: Any) -> list[Run]:
    """Return the runs with these labels."""
    return [run for run in runs if labels.items() <= run.items()]


def names_in(runs: Sequence[Run]) -> list[str]:
    """Return the contenders that ran, in the order of the first round."""
    return list(dict.fromkeys(run["contender"] for run in runs))


def middle(runs: Sequence[Run], key: str = "seconds") -> float:
    return float(median(run[key] for run in runs))


def per_object(runs: Sequence[Run]) -> str:
    """Format the median time per object in microseconds, or a dash if there are no runs."""
    if not runs:
        return "-"
    return format(1e6 * median(run["seconds"] / run["objects"] for run in runs), ",.2f")


def ratios(runs: Sequence[Run], name: str, other: str, key: str = "seconds") -> list[float]:
    """Return the ratio of `name` to `other` in each round."""
    others = {run["round"]: run[key] for run in where(runs, contender=other)}
    return [run[key] / others[run["round"]] for run in where(runs, contender=name) if run["round"] in others]


def spread(values: Sequence[float], form: str = ",.2f") -> str:
    """Format the median, with the minimum and maximum if they differ."""
    text = format(median(values), form)
    return text if min(values) == max(values) else f"{text} ({min(values):{form}} to {max(values):{form}})"


def exponent(points: Sequence[tuple[float, float]]) -> float:
    """Fit the e of y = x**e by least squares over the logarithms."""
    return linear_regression([log(x) for x, _ in points], [log(y) for _, y in points]).slope


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Format a table; columns whose heads begin with `>` are right-aligned."""
    names = [name.removeprefix(">") for name in head]
    rules = ["---:" if name.startswith(">") else "---" for name in head]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [names, rules, *rows])
