"""Credentials: texts that do not show."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle

import pytest

from ds3codec import Credential, EncodeError, S3Target, decode, encode
from ds3codec.wire.members import elements
from tests.examples import BLOB, chunk, element, job

SECRET = "hunter2"
TARGET = element(
    "S3Target",
    {},
    *(
        f"<{item.name}>{SECRET}</{item.name}>" if item.credential else f"<{item.name}/>"
        for item in elements(S3Target)
        if item.required or item.credential
    ),
)
PLACEMENT = f"<PhysicalPlacement><Pools/><S3Targets>{TARGET}</S3Targets><Tapes/></PhysicalPlacement>"
DOCUMENT = job(chunk(element("Object", BLOB, PLACEMENT)))


def target() -> S3Target:
    placement = decode(DOCUMENT).chunks[0].blobs[0].physical_placement
    assert placement is not None
    return placement.s3_targets[0]


def test_a_credential_is_stars_until_it_is_revealed() -> None:
    secret = target().secret_key
    assert isinstance(secret, Credential)
    assert secret.reveal() == SECRET
    assert str(secret) == f"{secret}" == "**********"
    assert repr(secret) == "Credential('**********')"
    assert not hasattr(secret, "__dict__")


def test_credentials_are_equal_by_their_texts_and_to_nothing_else() -> None:
    assert Credential("a") == Credential("a") != Credential("b")
    assert Credential("a") != "a"
    assert len({Credential("a"), Credential("a"), "a"}) == 2


def test_no_form_of_a_model_shows_its_credentials() -> None:
    model = target()
    data = dataclasses.asdict(model)
    assert (
        SECRET not in f"{model!r} {model} {data} {dataclasses.astuple(model)} {json.dumps(data, default=str)}"
    )
    with pytest.raises(TypeError):
        json.dumps(data)


def test_credentials_are_copied_and_encoded_as_they_came() -> None:
    model = target()
    for other in (copy.copy(model), copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert other.secret_key is not None
        assert other.secret_key.reveal() == SECRET
    assert encode(decode(DOCUMENT)) == DOCUMENT


def test_a_plain_text_is_no_credential_and_is_not_quoted() -> None:
    decoded = decode(DOCUMENT)
    decoded.chunks[0].blobs[0].physical_placement.s3_targets[0].secret_key = SECRET  # type: ignore
    with pytest.raises(EncodeError, match="SecretKey: the value is of type str, not Credential") as caught:
        encode(decoded)
    assert SECRET not in str(caught.value)
