"""Calls that may not meet."""

from __future__ import annotations

import pytest

from ds3codec import NotWellFormedError, UsageError
from ds3codec.turns import Turn


def test_a_call_within_a_call_is_an_error_and_the_outer_one_goes_on() -> None:
    turn = Turn("reader")
    with turn:
        with pytest.raises(UsageError, match="the reader is in use by another call"), turn:
            raise AssertionError
        with pytest.raises(UsageError, match="in use"):
            turn.close()
    with turn:
        pass


def test_an_error_of_the_package_is_raised_again_and_any_other_is_the_cause_of_one() -> None:
    for failure in (NotWellFormedError("no XML"), KeyboardInterrupt()):
        turn = Turn("decoder")
        with pytest.raises(type(failure)), turn:
            raise failure
        for _ in range(2):
            with pytest.raises((NotWellFormedError, UsageError)) as caught, turn:
                raise AssertionError
            assert failure in (caught.value, caught.value.__cause__)


def test_the_first_failure_is_the_one_that_counts() -> None:
    turn = Turn("decoder")
    first, second = NotWellFormedError("first"), NotWellFormedError("second")
    turn.fail(first)
    turn.fail(second)
    with pytest.raises(NotWellFormedError, match="first"):
        turn.check()


def test_the_end_is_not_a_failure() -> None:
    turn = Turn("reader", end=StopIteration)
    for _ in range(2):
        with pytest.raises(StopIteration), turn:
            raise StopIteration
    with pytest.raises(StopAsyncIteration), turn:
        raise StopAsyncIteration
    with pytest.raises(UsageError, match="broken: StopAsyncIteration"):
        turn.check()


def test_after_the_close_no_call_begins() -> None:
    turn = Turn("reader")
    turn.close()
    turn.close()
    with pytest.raises(UsageError, match="the reader is closed"), turn:
        raise AssertionError
