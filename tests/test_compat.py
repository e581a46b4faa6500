"""The results of the vendor's SDK, held against what it gave for five documents of our own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ds3codec import InvalidValueError, JobChunk, MasterObjectList, MissingAttributeError, UsageError, decode
from ds3codec.compat import from_sdk_result, sdk_result
from tests.examples import SAMPLE

# Made with SDK 5.8.3: `parseModel(fromstring(document), MasterObjectList())`.
RECORDED = json.loads((Path(__file__).parent / "data" / "sdk-results.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("recorded", RECORDED, ids=lambda recorded: recorded["what"])
def test_the_result_is_that_of_the_sdk(recorded: dict[str, Any]) -> None:
    job = decode(recorded["document"].encode())
    assert sdk_result(job, credentials=True) == recorded["result"]
    back = from_sdk_result(recorded["result"])
    assert sdk_result(back, credentials=True) == recorded["result"]


def test_credentials_are_left_out_unless_asked_for() -> None:
    [recorded] = [one for one in RECORDED if one["what"] == "placements with credentials"]
    job = decode(recorded["document"].encode())
    assert "secret" in str(sdk_result(job, credentials=True))
    assert "secret" not in str(sdk_result(job))


def test_a_lone_chunk_comes_and_goes() -> None:
    chunk = decode(SAMPLE).chunks[0]
    result = sdk_result(chunk)
    assert result == sdk_result(decode(SAMPLE))["ObjectsList"][0]
    back = from_sdk_result(result)
    assert isinstance(back, JobChunk)
    assert back == chunk


def test_a_job_comes_back_and_a_part_of_it_may() -> None:
    result = sdk_result(decode(SAMPLE))
    assert from_sdk_result(result) == decode(SAMPLE)
    assert isinstance(from_sdk_result({"JobId": "a", "Other": 1}, missing="none"), MasterObjectList)


WRONG: list[tuple[Any, Any, str | None]] = [
    ({}, MissingAttributeError, "Aggregating"),
    ({"ObjectsList": None}, None, None),
    ({"NodeList": {}}, InvalidValueError, "NodeList"),
    ({"NodeList": ["a"]}, InvalidValueError, "NodeList[0]"),
    ({"CachedSizeInBytes": "many"}, InvalidValueError, "CachedSizeInBytes"),
    ({"CachedSizeInBytes": 7}, InvalidValueError, "CachedSizeInBytes"),
]


@pytest.mark.parametrize(("change", "error", "path"), WRONG)
def test_a_wrong_result_is_one_error_with_its_path(change: Any, error: Any, path: str | None) -> None:
    result = change and sdk_result(decode(SAMPLE)) | change
    if error is None:
        assert from_sdk_result(result)
        return
    with pytest.raises(error) as caught:
        from_sdk_result(result)
    assert caught.value.path == path


def test_what_is_neither_is_refused() -> None:
    with pytest.raises(UsageError, match="expected a MasterObjectList or a JobChunk"):
        sdk_result(7)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="missing must be"):
        from_sdk_result({}, missing="x")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="expected a dictionary"):
        from_sdk_result([])  # type: ignore[arg-type]


def test_a_value_without_a_text_is_refused() -> None:
    job = decode(SAMPLE)
    job.original_size_in_bytes = "many"  # type: ignore[assignment]
    with pytest.raises(InvalidValueError, match="OriginalSizeInBytes"):
        sdk_result(job)
