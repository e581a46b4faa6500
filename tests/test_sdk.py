"""The vendor's Python SDK as a client of the appliance, where it is installed; it is on no package index."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from ds3codec import MasterObjectList, decode, encode
from ds3codec.compat import from_sdk_result, sdk_result
from ds3codec.testing.appliance import Appliance
from ds3codec.testing.strategies import jobs

sdk = pytest.importorskip("ds3.ds3", reason="the vendor's SDK is not installed")

from xml.etree import ElementTree as ET  # noqa: E402

FOLDER = os.environ.get("DS3CODEC_CAPTURES")
LISTS = ("AzureTargets", "Ds3Targets", "Pools", "S3Targets", "Tapes")


def parsed(document: bytes) -> dict[str, Any]:
    """What the SDK makes of a document, with the lists without which it fails."""
    root = ET.fromstring(document)  # noqa: S314  (it is our own)
    if root.find("Nodes") is None:
        root.append(ET.Element("Nodes"))
    for placement in root.iter("PhysicalPlacement"):
        for name in LISTS:
            if placement.find(name) is None:
                placement.append(ET.Element(name))
    result: dict[str, Any] = sdk.parseModel(root, sdk.MasterObjectList())
    return result


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(jobs(appliance=True))
def test_any_job_gives_the_result_of_the_sdk(job: MasterObjectList) -> None:
    result = sdk_result(job, credentials=True)
    assert result == parsed(encode(job))
    back = from_sdk_result(result)
    assert isinstance(back, MasterObjectList)
    assert sdk_result(back, credentials=True) == result


@pytest.mark.skipif(not FOLDER, reason="DS3CODEC_CAPTURES names no folder")
def test_captures_give_the_result_of_the_sdk() -> None:
    for path in sorted(Path(str(FOLDER)).glob("*.xml")):
        document = path.read_bytes()
        if b"<MasterObjectList" in document[:4096]:
            assert sdk_result(decode(document, missing="none")) == parsed(document)


def test_its_calls_give_what_we_decode_from_the_same_bytes() -> None:
    with Appliance(credentials={"user": "secret"}, chunk_objects=2) as appliance:
        client = sdk.Client(appliance.url, sdk.Credentials("user", "secret"))
        appliance.add_bucket("archive", {"a b": 10, "größe": 20, "c": 0})
        made = client.put_bulk_job_spectra_s3(
            sdk.PutBulkJobSpectraS3Request("archive", [sdk.Ds3PutObject("x", 3)], aggregating=True)
        )
        closed = client.close_aggregating_job_spectra_s3(
            sdk.CloseAggregatingJobSpectraS3Request(made.result["JobId"])
        )
        assert (made.result["Aggregating"], closed.result["Aggregating"]) == ("true", "false")
        wanted = [sdk.Ds3GetObject("a b"), sdk.Ds3GetObject("größe"), sdk.Ds3GetObject("c")]
        got = client.get_bulk_job_spectra_s3(sdk.GetBulkJobSpectraS3Request("archive", wanted))
        job = got.result["JobId"]
        for result in (
            client.get_job_spectra_s3(sdk.GetJobSpectraS3Request(job)).result,
            client.modify_job_spectra_s3(sdk.ModifyJobSpectraS3Request(job, name="new")).result,
            client.get_job_chunks_ready_for_client_processing_spectra_s3(
                sdk.GetJobChunksReadyForClientProcessingSpectraS3Request(job)
            ).result,
        ):
            assert result == sdk_result(_as_now(appliance, job, result["Name"]))
        chunk = got.result["ObjectsList"][0]["ChunkId"]
        allocated = client.allocate_job_chunk_spectra_s3(sdk.AllocateJobChunkSpectraS3Request(chunk))
        assert allocated.result["NodeId"] == got.result["NodeList"][0]["Id"]
        with pytest.raises(sdk.RequestFailed, match="NotFound"):
            client.get_bulk_job_spectra_s3(
                sdk.GetBulkJobSpectraS3Request("archive", [sdk.Ds3GetObject("none")])
            )
        thief = sdk.Client(appliance.url, sdk.Credentials("user", "wrong"))
        with pytest.raises(sdk.RequestFailed, match="SignatureDoesNotMatch"):
            thief.get_job_spectra_s3(sdk.GetJobSpectraS3Request(job))


def _as_now(appliance: Appliance, job: str, name: str) -> MasterObjectList:
    now = appliance.job(job)
    now.name = name
    return decode(encode(appliance._store.in_its_version(now)))
