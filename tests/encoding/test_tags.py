"""Start tags: many at once, and each as if it were alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ds3codec import Blob, EncodeError
from ds3codec.encoding.tags import Tags
from ds3codec.testing.strategies import models

BLOB = Blob(latest=True, length=1, name="object", offset=0)


def tags() -> Tags:
    return Tags(Blob, "Object", "/>")


@given(st.lists(models(Blob), max_size=8))
def test_many_tags_are_those_of_each_alone(items: list[Blob]) -> None:
    def path(number: int = 0) -> str:
        return f"/Object[{number + 1}]"

    together = tags().write_all(items, path)
    assert together == "".join(tags().write(item, path) for item in items)


def test_attributes_come_in_the_order_of_the_wire() -> None:
    tag = tags().write(replace(BLOB, bucket="b", version=3), str)
    assert tag == '<Object Bucket="b" Latest="true" Length="1" Name="object" Offset="0" Version="3"/>'


@pytest.mark.parametrize("name", ['"', "<&>", "\t\n\r", "größe \U0001f4fc"])
def test_one_name_that_has_to_be_escaped_changes_no_other(name: str) -> None:
    items = [BLOB, replace(BLOB, name=name), BLOB]
    whole = tags().write_all(items, str)
    plain = tags().write(BLOB, str)
    assert whole.startswith(plain)
    assert whole.endswith(plain)
    assert whole.count("<") == 3


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        (replace(BLOB, length="1"), "/Object[2]/@Length"),
        (replace(BLOB, name="\0"), "/Object[2]/@Name"),
        ("object", "/Object[2]"),
    ],
)
def test_what_cannot_be_written_is_an_error_at_its_path(wrong: Blob, path: str) -> None:
    with pytest.raises(EncodeError) as caught:
        tags().write_all([BLOB, wrong, BLOB], lambda number: f"/Object[{number + 1}]")
    assert caught.value.path == path
