"""Each fuzz target for a few hundred inputs, the same ones each time; `python -m tests.fuzz` goes on."""

from random import Random

import pytest

from tests.fuzz.oracles import TARGETS


@pytest.mark.parametrize("seeds", [range(20), pytest.param(range(20, 100), marks=pytest.mark.full)])
@pytest.mark.parametrize("name", TARGETS)
def test_no_input_makes_the_readers_disagree(name: str, seeds: range) -> None:
    for seed in seeds:
        TARGETS[name](Random(seed))
