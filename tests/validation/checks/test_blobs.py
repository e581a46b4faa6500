"""What blobs say, each for itself and in sum."""

from __future__ import annotations

import pytest

from ds3codec import validate
from tests.examples import blob, chunk, job
from tests.validation.examples import FIRST, ROOT, found

LONG = "a name that is long enough for many objects to be a run " * 4


@pytest.mark.parametrize(
    ("name", "trouble"),
    [
        ("a" * 1024, None),
        ("a" * 1025, "1025 bytes"),
        ("é" * 512, None),
        ("é" * 513, "1026 bytes"),
        ("\U0001f4fc" * 256, None),
        ("\U0001f4fc" * 257, "1028 bytes"),
        ("a/b", None),
        ("/a", "slash"),
        ("//", "slash"),
        ("a\tb", "U+0009"),
        ("a\nb", "U+000A"),
        ("a\x7f", "U+007F"),
        ("a\x85", "U+0085"),
        ("a\xa0b\u200b", None),  # not printable, but no control characters
        ("", None),
    ],
)
def test_a_name_is_told_that_others_cannot_take(name: str, trouble: str | None) -> None:
    report = validate(job(chunk(blob(Name="plain"), blob(Name=name), blob(Name="/later"))))
    messages = [finding.message for finding in report.findings if finding.rule == "object-name"]
    assert len(messages) == (1 if trouble is None else 2)
    assert trouble is None or trouble in messages[0]


def test_lengths_are_added_up_to_the_blob_that_exceeds_the_size() -> None:
    blobs = [blob(Name=f"{LONG}{number}", Length="10") for number in range(500)]
    report = validate(job(chunk(*blobs), OriginalSizeInBytes="4321"))
    assert found(report, "lengths-more-than-original") == [f"{ROOT}/Objects[1]/Object[433]/@Length"]
    assert "add up to 4330 bytes" in str(report.findings)
    negative = job(chunk(blob(Length="-5"), blob(Name="b", Length="4")), OriginalSizeInBytes="3")
    assert found(validate(negative), "lengths-more-than-original") == [f"{ROOT}/Objects[1]/Object[2]/@Length"]


def test_each_number_below_zero_is_found_in_its_column() -> None:
    document = job(chunk(blob(Length="-1", Offset="-2", Version="-3"), ChunkNumber="-4"))
    expected = [f"{ROOT}/Objects[1]/@ChunkNumber", f"{FIRST}/@Length", f"{FIRST}/@Offset"]
    assert found(validate(document), "negative-number") == expected
