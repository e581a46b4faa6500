"""Errors: one base, what they say, and that they survive being sent elsewhere."""

from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ds3codec
from ds3codec import DecodeError, Ds3CodecError, EncodeError, InvalidValueError, ServerErrorResponse, decode
from ds3codec.errors import FileError, cut, public_name, shown
from tests.examples import blob, chunk, error, job

PUBLIC = [getattr(ds3codec, name) for name in ds3codec.__all__]
ERRORS = [found for found in PUBLIC if isinstance(found, type) and issubclass(found, Exception)]


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


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("s3://bucket/key", "s3://bucket/key"),
        ("s3://key:secret@bucket/key", "s3://...@bucket/key"),
        ("https://host/a?b=c#d", "https://host/a?..."),
        ("https://host/a#d", "https://host/a?..."),
        ("https://u:p@host:81/größe?b", "https://...@host:81/größe?..."),
        ("https://u:p/w@host/a", "https://...@host/a"),
        ("https://u:p?w@host/a", "https://..."),
        ("https://u#:p@host/a", "https://..."),
        ("https://host/a?mail=u@host", "https://host/a?..."),
        ("zip://a.xml::https://u:p@host/b.zip?c", "zip://...@host/b.zip?..."),
        ("simplecache::https://u:p@host/a", "simplecache::https://...@host/a"),
        (" http://u:p@host/a\n", " http://...@host/a\n"),
        ("http:/u:p@host/a", "http:/...@host/a"),
        ("response.xml", "response.xml"),
        ("C:/a@b?c", "C:/a@b?c"),
        ("a/b://c", "a/b://c"),
    ],
)
def test_the_name_of_an_input_has_no_secret_of_a_url(url: str, name: str) -> None:
    assert public_name(url) == name
    assert public_name(name) == name
    error = FileError(5, "Input/output error", url)
    assert error.filename == name and str(error) == f"cannot read {name!r}: Input/output error"


@given(
    st.sampled_from(["http://", "s3://", "zip://a.xml::https://", "HTTP://"]),
    st.text().map("user:{}WORD".format)
    | st.text("/@: ").map("WORD{}".format)
    | st.text("?#@: ").map("WORD{}".format),  # behind a slash these end a path: then WORD is the host
    st.sampled_from(["host", "host:80", "[::1]:80"]),
    st.text("ab/@:", max_size=5),
    st.text().map("?{}WORD".format) | st.text().map("#{}WORD".format) | st.just(""),
)
def test_no_spelling_of_a_password_or_query_gets_into_a_name(
    scheme: str, user: str, host: str, path: str, query: str
) -> None:
    assert "WORD" not in public_name(f"{scheme}{user}@{host}/{path}{query}")
