"""How an appliance may be told to behave."""

from __future__ import annotations

import pytest

from ds3codec import UsageError
from ds3codec.testing.appliance import Appliance, Behaviour


def test_by_default_it_behaves_well() -> None:
    assert Behaviour() == Behaviour(None, 0, None, None, None, None, False, False, None)


def test_what_it_cannot_be_told_is_refused(ds3_appliance: Appliance) -> None:
    with pytest.raises(TypeError, match="colour"):
        ds3_appliance.behave(colour="red")
    for wrong in (
        {"times": 0},
        {"delay": -1},
        {"delay": float("nan")},
        {"bytes_per_second": 0},
        {"die_after": -1},
        {"close_delay": -1},
        {"error": "x"},
        {"error": (204, "NoContent")},
        {"error": (599, "Other")},
        {"error": (400, "\0")},
        {"redirect_to": "http://x\r\nA: b"},
        {"redirect_to": "http://é"},
    ):
        with pytest.raises(UsageError):
            ds3_appliance.behave(**wrong)


def test_an_appliance_and_its_buckets_are_of_some_size() -> None:
    for option in ("chunk_objects", "blob_size", "nodes"):
        with pytest.raises(UsageError, match=option):
            Appliance(**{option: 0})
    with pytest.raises(UsageError, match="inside its with block"):
        assert Appliance().url
    for bucket, objects in (
        ("", {}),
        ("a/b", {}),
        ("a", {"": 1}),
        ("a", {"\0": 1}),
        ("a", {"b": -1}),
        ("a", {"b": 2**63}),
        ("a", {"b": 1.5}),
    ):
        with pytest.raises(UsageError):
            Appliance().add_bucket(bucket, objects)  # type: ignore[arg-type]
