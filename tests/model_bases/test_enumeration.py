"""Enumerations: members are texts, and a value that the schema does not have is a member, too."""

from __future__ import annotations

import copy
import gc
import json
import pickle
import weakref
from enum import Enum

import pytest

from ds3codec import InvalidValueError, JobReader, JobStatus, TapeState, TapeType, decode, encode, models
from ds3codec.model_bases.enumeration import OpenEnumeration
from tests.examples import SAMPLE, chunk, job

ENUMERATIONS = [kind for name in models.__all__ if issubclass(kind := getattr(models, name), Enum)]
NEW = "PAUSED"


@pytest.mark.parametrize("enumeration", ENUMERATIONS)
def test_every_member_is_its_text(enumeration: type[OpenEnumeration]) -> None:
    assert list(enumeration)
    for member in enumeration:
        assert member == member.value == str(member) == f"{member}" == json.loads(json.dumps(member))
        assert {member.value: 1}[member] == {member: 1}[member.value] == 1  # type: ignore[index]
        assert f"{member:>40}" == member.value.rjust(40)
        assert enumeration.of(member.value) is enumeration(member.value) is member
        assert member.is_known
        assert repr(member) == f"<{enumeration.__name__}.{member.name}: {member.value!r}>"
        assert copy.copy(member) is copy.deepcopy(member) is pickle.loads(pickle.dumps(member)) is member


@pytest.mark.parametrize("enumeration", ENUMERATIONS)
@pytest.mark.parametrize("text", [NEW, "", "größe & <b>", "in progress"])
def test_an_unknown_value_is_a_member_all_the_same(enumeration: type[OpenEnumeration], text: str) -> None:
    before = list(enumeration)
    member = enumeration.of(text)
    assert isinstance(member, enumeration)
    assert member == member.value == member.name == text == f"{member}" == json.loads(json.dumps(member))
    assert hash(member) == hash(text)
    assert not member.is_known
    assert list(enumeration) == before
    assert text not in enumeration.__members__
    pickled = pickle.loads(pickle.dumps(member, 2))
    for other in (copy.copy(member), copy.deepcopy(member), pickled, enumeration.of(text)):
        assert other == member
        assert type(other) is enumeration
        assert other.value == text
        assert not other.is_known
    assert repr(member) == f"<{enumeration.__name__}: {text!r}>"


def test_what_is_not_known_cannot_be_asked_for_by_mistake() -> None:
    with pytest.raises(ValueError, match="COMPLETE"):
        JobStatus("COMPLETE")


def test_members_match_texts_and_members() -> None:
    match decode(SAMPLE).status:
        case "COMPLETED":
            pytest.fail()
        case JobStatus.IN_PROGRESS:
            pass
        case _:
            pytest.fail()


@pytest.mark.parametrize("pieces", [1, 10**6])
def test_a_newer_status_decodes_counts_and_is_encoded_as_it_came(pieces: int) -> None:
    document = job(chunk(), Status=NEW)
    with JobReader([document[at : at + pieces] for at in range(0, len(document), pieces)]) as reader:
        assert reader.unknown == {f"Status={NEW}": 1}
        assert isinstance(reader.header.status, JobStatus)
        assert (reader.header.status.value, reader.header.status.is_known) == (NEW, False)
    assert encode(decode(document)) == document
    with pytest.raises(InvalidValueError, match="Status"):
        decode(document, strict=True)


def test_a_newer_state_of_a_tape_is_a_member_too() -> None:
    document = SAMPLE.replace(b"<State>NORMAL</State>", b"<State>ASLEEP</State>")
    assert document != SAMPLE
    [tape] = decode(document).chunks[2].blobs[0].physical_placement.tapes  # type: ignore[union-attr]
    assert tape.state == "ASLEEP"
    assert isinstance(tape.state, TapeState)
    assert tape.type is TapeType.LTO8
    assert decode(encode(decode(document))) == decode(document)


def test_what_a_document_invents_is_not_kept() -> None:
    member = JobStatus.of("A TEXT THAT NO OTHER TEST HAS")
    seen = weakref.ref(member)
    del member
    gc.collect()
    assert seen() is None
