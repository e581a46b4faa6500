"""Documents with a fault: validation finds it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ds3codec import UsageError, encode, validate
from ds3codec.testing.mutations import MUTATIONS, Mutation, mutations
from ds3codec.testing.strategies import consistent_jobs
from ds3codec.validation import RULES


@pytest.mark.parametrize("rule", MUTATIONS)
def test_each_breaks_its_rule(rule: str) -> None:
    @given(mutations(rule))
    def finds(mutation: Mutation) -> None:
        assert mutation.rule == rule
        assert rule in {finding.rule for finding in validate(mutation.document).findings}

    finds()


@given(st.data())
def test_what_they_are_made_of_breaks_none_of_them(data: st.DataObject) -> None:
    found = {finding.rule for finding in validate(encode(data.draw(consistent_jobs()))).findings}
    assert not found & set(MUTATIONS)
    assert data.draw(mutations()).rule in MUTATIONS


def test_a_rule_that_no_mutation_breaks_is_refused() -> None:
    with pytest.raises(UsageError, match="'api-version' is not one of"):
        mutations("api-version")


def test_the_names_are_those_of_rules() -> None:
    assert set(MUTATIONS) <= set(RULES)
