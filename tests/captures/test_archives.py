"""HAR archives."""

from __future__ import annotations

import base64
import gzip
import zlib
from pathlib import Path
from typing import Any

import pytest

from ds3codec import SourceError, TruncatedError
from ds3codec.captures import Tally, responses
from tests.captures.examples import GET_JOB, OTHER, SMALL, bare_deflate, bodies, body, entry, har
from tests.examples import SAMPLE, error
from tests.growth import LINEAR, exponent


def test_a_har_gives_the_responses_that_are_ours_and_counts_the_others(tmp_path: Path) -> None:
    path = tmp_path / "traffic.har"
    path.write_bytes(
        har(
            entry("/", OTHER.decode()),
            entry(GET_JOB, SMALL.decode()),
            entry("/logo.png", base64.b64encode(b"\x89PNG").decode(), encoding="base64"),
            entry("/elsewhere", base64.b64encode(SMALL).decode(), encoding="base64"),
            entry(GET_JOB, None, status=307),
            entry(GET_JOB, error().decode(), status=404),
            entry(GET_JOB, None, status=0),
            entry(GET_JOB, None),
            {"response": None},
            7,
        )
    )
    tally = Tally()
    found = [
        (each.origin, each.status, body(each) if each.is_recorded else None)
        for each in responses(path, tally=tally)
    ]
    assert found == [
        (f"{path}#2", 200, SMALL),
        (f"{path}#4", 200, SMALL),
        (f"{path}#6", 404, error()),
        (f"{path}#8", 200, None),
    ]
    assert tally == Tally(skipped=5, redirects=1, bytes_read=path.stat().st_size)


def test_an_entry_of_a_har_has_its_fields_and_its_request() -> None:
    (found,) = responses([b"\xef\xbb\xbf \n" + har(entry(GET_JOB, "größe"))])
    assert found.headers == {"content-type": "application/xml", "retry-after": ""}
    assert (found.method, found.url, body(found)) == (
        "GET",
        f"https://nas.example{GET_JOB}",
        "größe".encode(),
    )


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zlib.compress, bare_deflate])
def test_the_base64_text_of_a_har_may_be_compressed_still(pack: Any) -> None:
    packed = entry("/x", base64.b64encode(pack(SMALL)).decode(), encoding="base64")
    coding = "gzip" if pack is gzip.compress else "deflate"
    packed["response"]["headers"] = [{"name": "content-encoding", "value": coding}]
    assert bodies([gzip.compress(har(packed))]) == [SMALL]


def test_what_is_base64_and_what_is_not_is_seen_whatever_the_recorder_says() -> None:
    encoded = base64.b64encode(SAMPLE).decode()
    plain, coded, usual = responses(
        [
            har(
                entry(GET_JOB, SAMPLE.decode(), encoding="base64"),
                entry(GET_JOB, encoded),
                entry(GET_JOB, encoded, encoding="base64"),
            )
        ]
    )
    assert body(plain) == body(coded) == body(usual) == SAMPLE
    assert plain.remarks == ("the recorder says that the body is base64, but it is plain text",)
    assert coded.remarks == ("the body is base64, which the recorder does not say",)
    assert usual.remarks == ()


def test_a_body_that_was_left_out_is_known_from_an_empty_one() -> None:
    recorded = [
        response.is_recorded
        for response in responses(
            [
                har(
                    entry(GET_JOB, None, size=72_000_000),  # type: ignore[arg-type]
                    entry(GET_JOB, None, comment="too large"),
                    entry(GET_JOB, None, 404, size=0),  # type: ignore[arg-type]
                    entry(GET_JOB, "", 404),
                )
            ]
        )
    ]
    assert recorded == [False, False, True, True]


def test_a_body_that_was_left_out_says_so_when_it_is_read() -> None:
    [response] = responses([har(entry(GET_JOB, None, comment="too large"))])
    with pytest.raises(TruncatedError, match="the recorder left the body out"):
        body(response)


@pytest.mark.parametrize("rest", [b"", b", {", b", secret", b', "\xff"', b"]}} {"])
def test_a_broken_har_is_an_error_after_the_entries_before_the_place(rest: bytes) -> None:
    whole = har(entry(GET_JOB, SMALL.decode()))
    got: list[bytes] = []
    with pytest.raises(SourceError, match="'traffic' as HAR: no well-formed JSON after entry 1") as caught:
        got.extend(body(each) for each in responses([whole.removesuffix(b"]}}") + rest], name="traffic"))
    assert got == [SMALL]
    assert "secret" not in str(caught.value)


def test_json_that_is_not_a_har_is_an_error_and_an_empty_har_is_not() -> None:
    with pytest.raises(SourceError, match=r"no log\.entries"):
        bodies([b'{"log": {"version": "1.2"}}'])
    assert bodies([har()]) == []


DEEP = {
    "arrays": lambda size: [b'{"x":' + b"[" * size + b"]" * size + b',"log":{"entries":[]}}'],
    "maps": lambda size: [b'{"log":{"entries":[' + b'{"name":' * size + b"1" + b"}" * size + b"]}}"],
}


@pytest.mark.parametrize("kind", DEEP)
def test_time_grows_with_the_depth_of_a_har(kind: str) -> None:
    assert exponent(DEEP[kind], bodies, (10_000, 80_000)) < LINEAR


def test_fields_of_one_name_are_joined_in_linear_time() -> None:
    def make(size: int) -> list[bytes]:
        one = entry(GET_JOB, SMALL.decode())
        one["response"]["headers"] = [{"name": "a", "value": "b" * 50}] * size
        return [har(one)]

    assert exponent(make, bodies, (5_000, 40_000)) < LINEAR
