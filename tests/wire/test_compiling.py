"""Composed functions."""

from __future__ import annotations

import traceback

import pytest

from ds3codec.wire.compiling import compiled


def test_a_composed_function_uses_the_names_it_is_given() -> None:
    double = compiled("double", ["def double(value):", "    return _factor * value"], {"_factor": 2})
    assert double(21) == 42


def test_a_traceback_shows_the_composed_line() -> None:
    divide = compiled("divide", ["def divide(value):", "    return value / 0  # this line"], {})
    with pytest.raises(ZeroDivisionError) as caught:
        divide(1)
    assert "return value / 0  # this line" in "".join(traceback.format_exception(caught.value))
