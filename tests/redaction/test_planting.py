"""A word that is planted into a capture is nowhere in its copy, or the capture is refused."""

from __future__ import annotations

from collections.abc import Iterable
from html import unescape
from itertools import cycle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ds3codec.wire.kinds import Secret, Text, kind_of
from tests.redaction import planting
from tests.redaction.findings import found_but_for_the_recording
from tests.redaction.planting import DIGITS, ENCODINGS, WORD, Planted, copied, is_left

DOCUMENTS = list(planting.document_places())
VALUES = planting.values()
CREDENTIALS = [one for one in VALUES if isinstance(kind_of(one[1]), Secret)]


def left(planted: Iterable[Planted], least: float) -> list[str]:
    """The places of which the word is left; so many of the captures at least must not be refused."""
    copies = [(one.place, copied(one.capture)) for one in planted]
    assert sum(copy is not None for _, copy in copies) > least * len(copies)
    return [place for place, copy in copies if copy is not None and is_left(WORD, copy)]


def test_the_word_is_found_in_what_is_not_redacted() -> None:
    for turn, (place, planters) in enumerate(DOCUMENTS):
        spelling, plant = list(planters.items())[turn % len(planters)]
        assert is_left(WORD, plant().encode()), (place, spelling)
    assert all(is_left(WORD, one.capture) for one in planting.archives())
    assert all(is_left(WORD, one.capture) for one in planting.exchanges())


@pytest.mark.full
def test_of_a_document_it_is_left_in_no_place() -> None:
    assert left(planting.documents(), 0.9) == []


@pytest.mark.full
def test_of_an_archive_it_is_left_under_no_key() -> None:
    assert left(planting.archives(), 0.9) == []


@pytest.mark.full
def test_of_an_exchange_it_is_left_in_no_line() -> None:
    assert left(planting.exchanges(), 0.5) == []


@pytest.mark.full
def test_it_is_left_nowhere_where_it_is_everywhere() -> None:
    texts = zip(planting.all_in_one(), cycle(ENCODINGS.items()))
    assert left((Planted(name, encode(text)) for text, (name, encode) in texts), 0.8) == []


@given(st.data())
def test_it_is_left_in_no_place_spelling_and_encoding_and_the_findings_stay(data: st.DataObject) -> None:
    _, planters = data.draw(st.sampled_from(DOCUMENTS))
    capture = ENCODINGS[data.draw(st.sampled_from(list(ENCODINGS)))](
        data.draw(st.sampled_from(list(planters.values())))()
    )
    after = copied(capture)
    if after is not None:
        assert not is_left(WORD, after)
        assert found_but_for_the_recording(after) == found_but_for_the_recording(capture)


def value_in(document: str, before: str) -> str:
    """What is in a copy of a document where the document has a value."""
    start = document.index(f">{before}<") if f">{before}<" in document else document.index(f'"{before}"')
    after = copied(document.encode())
    assert after is not None
    text = after.decode()
    assert len(text) == len(document)
    return unescape(text[start + 1 : start + 1 + len(before)])


@pytest.mark.parametrize("text", planting.LEXICAL_FORMS)
def test_a_credential_never_stays_whatever_it_looks_like(text: str) -> None:
    assert {member.name for _, member, _ in CREDENTIALS} >= {"AdminSecretKey", "SecretKey", "AccountKey"}
    for path, member, document in CREDENTIALS:
        assert value_in(document(text), text) != text, path
        for edit in ("attribute of a credential's name", "element of a credential's name"):
            line = (planting.Element("MasterObjectList", [], []),)
            planted = planting.planted_in(line, planting.VALUE_EDITS[edit], text)
            planted = planted.replace("SecretKey", member.name).replace("AccountKey", member.name)
            assert value_in(planted, text) != text, member.name


@pytest.mark.parametrize(
    "text", [DIGITS, "10.77.66.55", "2026:11-28", "2026-13-45T00:00:00Z", "1e9", "+", "TRUE ", "SECRET"]
)
def test_a_value_stays_where_its_kind_accepts_it_and_means_no_name(text: str) -> None:
    for path, member, document in VALUES:
        kind = kind_of(member)
        try:
            kind.parse(text)
            is_accepted = not isinstance(kind, (Text, Secret)) and not member.name.endswith("Id")
        except ValueError:
            is_accepted = False
        stays = value_in(document(text), text) == text
        assert stays == is_accepted or not any(map(str.isalnum, text)), path


def test_a_wrong_value_gets_a_stand_in_that_is_wrong() -> None:
    wrong = ["5", "9223372036854775808", "2147483648", "ABC", "NONF", "yes", "2026-02-30T00:00:00Z"]
    for (_, _, document), text in zip(VALUES, cycle(wrong)):
        capture = document(text).encode()
        after = copied(capture)
        assert after is not None
        assert found_but_for_the_recording(after) == found_but_for_the_recording(capture)
