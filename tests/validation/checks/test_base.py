"""A check of one's own: a small class with its rule beside it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial

from ds3codec.validation import Validation
from ds3codec.validation.checks.base import Check, Context, Rule, Severity
from ds3codec.validation.parts import Part
from ds3codec.validation.places import Place
from tests.examples import SAMPLE, blob, chunk, job


class EmptyObjects(Check):
    """Goes over one column."""

    rules = (
        Rule("empty-object", "consistency", Severity.NOTE, "An object is empty.", "Rarely.", 'Length="0"'),
    )

    def part(self, part: Part) -> None:
        for at, length in enumerate(part.blobs("length")):
            if length == 0:
                self.found("the object is empty", partial(part.blob_place, at, "Length"))


def found(document: bytes) -> list[tuple[str, str | None, str | None]]:
    findings: list[tuple[str, str | None, str | None]] = []

    def add(rule: str, message: str, place: Place | Callable[[], Place]) -> None:
        where = place if isinstance(place, Place) else place()
        findings.append((rule, where.path, where.object_name))

    validation = Validation(document)
    validation._checks = [EmptyObjects(Context(add, None))]
    deque(validation.steps(), maxlen=0)
    return findings


def test_a_new_check_takes_ten_lines() -> None:
    document = job(chunk(blob(Length="5"), blob(Name="a")), chunk(blob(Name="b"), ChunkNumber="1"))
    assert found(document) == [
        ("empty-object", "/MasterObjectList/Objects[1]/Object[2]/@Length", "a"),
        ("empty-object", "/MasterObjectList/Objects[2]/Object[1]/@Length", "b"),
    ]
    assert [name for _, _, name in found(SAMPLE)] == ["reels/0001/größe_数.dat"]
