"""Errors: one base, what they say, and that they survive being sent elsewhere."""

from __future__ import annotations

import copy
import pickle

import pytest

import ds3codec
from ds3codec import DecodeError, Ds3CodecError, EncodeError, InvalidValueError, ServerErrorResponse, decode
from ds3codec.errors import cut, shown
from tests.examples import blob, chunk, error, job

ERRORS = [
    found for found in vars(ds3codec).values() if isinstance(found, type) and issubclass(found, Exception)
]


def test_all_errors_have_one_base() -> None:
    assert len(ERRORS) > 10
    assert all(issubclass(found, Ds3CodecError) for found in ERRORS)


def test_an_error_says_what_and_where_and_how_much_came_before() -> None:
    with pytest.raises(InvalidValueError) as caught:
        decode(job(chunk(blob(), blob(Length="x"))))
    path = "/MasterObjectList/Objects[1]/Object[2]/@Length"
    assert str(caught.value).startswith(caught.value.message)
    assert str(caught.value).endswith(f"at {path}, after 1 blob)")
    assert str(DecodeError("odd")) == "odd"
    assert str(EncodeError("odd", path="/Object/@Name")) == "odd (at /Object/@Name)"


@pytest.mark.parametrize("send", [copy.copy, lambda item: pickle.loads(pickle.dumps(item))])
@pytest.mark.parametrize("document", [job(Length="x", Naked="x"), error(), b"<a", b""])
def test_an_error_can_be_copied_and_pickled(send, document: bytes) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Ds3CodecError) as caught:
        decode(document)
    sent = send(caught.value)
    assert type(sent) is type(caught.value)
    assert str(sent) == str(caught.value)
    if isinstance(caught.value, ServerErrorResponse):
        assert sent.error == caught.value.error
    else:
        assert vars(sent) == vars(caught.value)


def test_a_value_is_shown_cut() -> None:
    assert shown("x" * 1000) == f"'{'x' * 79}..."
    assert shown("größe") == "'größe'"
    assert cut("x" * 80) == "x" * 80
