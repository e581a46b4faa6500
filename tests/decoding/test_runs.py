"""Runs of objects, in the many forms in which they may be written."""

from __future__ import annotations

from itertools import permutations

import pytest

from ds3codec import JobReader, decode
from ds3codec.decoding.runs import Runs
from ds3codec.testing import reference
from tests.decoding.test_pieces import BOUNDARY, NAME, PLAIN, outcome, seen, through_the_parser
from tests.examples import BLOB, blob, chunk, element, job


def in_order(**members: str) -> str:
    """An object with its attributes in the wire's order."""
    return element("Object", dict(sorted((BLOB | members).items())))


# Objects in the forms that appliances, proxies and people write.
FORMS = {
    "two layouts": [*PLAIN, *(in_order(Bucket="b", Name=NAME) for _ in range(100))],
    "nulls": [in_order(Name=NAME, **({"Id": "7"} if number % 2 else {})) for number in range(200)],
    "references": [blob(Name=f"{NAME} & <größe>\t{number}") for number in range(200)],
    "white space": [f"\n      {plain}" for plain in PLAIN],
    "another order": [element("Object", dict(reversed(BLOB.items())) | {"Name": NAME}) for _ in range(200)],
    "unknown": [in_order(Name=NAME, StorageClass="new") for _ in range(200)],
    "unknown, unordered": [blob(Name=NAME, StorageClass="new") for _ in range(200)],
    "single quotes": [plain.replace('"', "'") for plain in PLAIN],
    "several lines": [plain.replace(" Length", "\n   Length").replace("/>", "\n/>") for plain in PLAIN],
    "long form": [plain[:-2] + "></Object>" for plain in PLAIN],
    "a value in between": [blob(Bucket=str(number % 7 == 3), Name=NAME) for number in range(200)],
    "chunks of one": [plain + BOUNDARY for plain in PLAIN],
    "comments": [plain + ("<!-- a -->" if number % 30 == 7 else "") for number, plain in enumerate(PLAIN)],
}


@pytest.mark.parametrize("blobs", FORMS.values(), ids=list(FORMS))
def test_runs_come_in_many_forms(blobs: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert seen(blobs, monkeypatch) < 0.1
    document = job(chunk(*blobs))
    assert decode(document) == reference.decode(document)


def test_an_attribute_that_the_schema_does_not_have_is_counted_in_each_object_of_a_run() -> None:
    with JobReader(job(chunk(*[blob(Name=NAME, StorageClass="new")] * 100))) as reader:
        assert sum(len(batch.blobs) for batch in reader) == 100
        assert reader.unknown == {"StorageClass": 100}


def test_objects_of_more_layouts_than_any_response_has_are_left_to_the_parser() -> None:
    orders = list(permutations(BLOB.items()))[:24]
    unknown = [f"Unknown{number}" for number in range(4)]
    chunks = [
        chunk(*[element("Object", dict(order) | {"Name": NAME, name: "new"})] * 8)
        for order in orders
        for name in unknown
    ]
    document = job(*chunks)
    assert outcome([document]) == outcome(through_the_parser(document))
    runs = Runs("error")
    learned = [runs.learn(f'<Object Length="1" A{number}=""/>'.encode(), True) for number in range(100)]
    assert learned == [True] * 64 + [False] * 36
