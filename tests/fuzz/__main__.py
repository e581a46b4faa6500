"""Runs one target for as long as one asks, and prints executions and disagreements."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from random import Random

from ds3codec.extras import extra
from tests.fuzz import mutations
from tests.fuzz.oracles import INPUTS, TARGETS


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    options.add_argument("target", choices=TARGETS)
    options.add_argument("--minutes", type=float, default=1)
    options.add_argument("--seed", type=int, help="run this one alone")
    options.add_argument("--first", type=int, default=0, help="the seed to begin with")
    options.add_argument("--failures", type=Path, default=Path("fuzz-failures"))
    options.add_argument("--coverage", action="store_true", help="be led by coverage; needs atheris")
    chosen = options.parse_args()
    if chosen.seed is not None:
        TARGETS[chosen.target](Random(chosen.seed))
        return 0
    return _led(chosen) if chosen.coverage else _run(chosen)


def _run(chosen: argparse.Namespace) -> int:
    check, begin, executions, disagreements = TARGETS[chosen.target], time.monotonic(), 0, 0
    while time.monotonic() - begin < chosen.minutes * 60:
        seed = chosen.first + executions
        executions += 1
        try:
            check(Random(seed))
        except Exception as error:
            disagreements += 1
            _save(chosen, seed, error)
    seconds = time.monotonic() - begin
    rate = executions / seconds
    print(f"{chosen.target}: {executions} executions, {rate:.0f}/s, {disagreements} disagreements")
    return disagreements > 0


def _save(chosen: argparse.Namespace, seed: int, error: Exception) -> None:
    chosen.failures.mkdir(exist_ok=True)
    path = chosen.failures / f"{chosen.target}-{seed}.xml"
    path.write_bytes(INPUTS.get(chosen.target, mutations.document)(Random(seed)))
    print(f"seed {seed}: {type(error).__name__}: {str(error)[:300]!r}")


def _led(chosen: argparse.Namespace) -> int:
    """Let atheris choose what is drawn, by what it covers."""
    with extra("dev"):
        import atheris  # noqa: PLC0415

    check = TARGETS[chosen.target]
    atheris.instrument_all()
    arguments = [sys.argv[0], f"-max_total_time={int(chosen.minutes * 60)}", "-max_len=400"]
    atheris.Setup(arguments, lambda data: check(Drawn(data)))
    atheris.Fuzz()
    return 0


class Drawn(Random):
    """Draws from bytes, one after the other, and zeros after them."""

    def __init__(self, data: bytes) -> None:
        super().__init__(0)
        self._left = data

    def getrandbits(self, bits: int) -> int:
        size = (bits + 7) // 8
        drawn, self._left = self._left[:size], self._left[size:]
        return int.from_bytes(drawn, "little") & ((1 << bits) - 1)

    def random(self) -> float:
        return self.getrandbits(16) / (1 << 16)


if __name__ == "__main__":
    sys.exit(main())
