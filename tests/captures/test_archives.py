"""HAR archives."""

from __future__ import annotations

import base64
import gzip
import io
import json
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ds3codec import SourceError, TruncatedError, validate
from ds3codec.captures import Response, Tally, responses
from ds3codec.redaction import RedactionError, redact
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
    assert plain.remarks == ["the recorder says that the body is base64, but it is plain text"]
    assert coded.remarks == ["the body is base64, which the recorder does not say"]
    assert usual.remarks == []


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
    with pytest.raises(TruncatedError, match="the body was not recorded"):
        body(response)


@pytest.mark.parametrize("rest", [b"", b", {", b", secret", b', "\xff"', b"]}} {"])
def test_a_broken_har_is_an_error_after_the_entries_before_the_place(rest: bytes) -> None:
    whole = har(entry(GET_JOB, SMALL.decode()))
    got: list[bytes] = []
    with pytest.raises(SourceError, match=r"'traffic' as HAR: .* after entry 1, at line 1, column") as caught:
        got.extend(body(each) for each in responses([whole.removesuffix(b"]}}") + rest], name="traffic"))
    assert got == [SMALL]
    assert "secret" not in str(caught.value)


def test_json_that_is_not_a_har_is_an_error_and_an_empty_har_is_not() -> None:
    with pytest.raises(SourceError, match=r"no log\.entries"):
        bodies([b'{"log": {"version": "1.2"}}'])
    assert bodies([har()]) == []


def test_an_error_of_syntax_has_its_line_and_column() -> None:
    lines = json.dumps(json.loads(har(*[entry(GET_JOB, SMALL.decode())] * 3)), indent=1).splitlines()
    place = [number for number, line in enumerate(lines) if '"time"' in line][1]
    lines[place] = "   'größe': 12.5,"
    got: list[bytes] = []
    with pytest.raises(SourceError, match=rf"after entry 1, at line {place + 1}, column 4$"):
        got.extend(bodies(["\n".join(lines).encode()]))
    found = [body(each) for each in until_error(["\n".join(lines).encode()])]
    assert found == [SMALL]


def until_error(source: list[bytes]) -> Iterator[Response]:
    with suppress(SourceError):
        yield from responses(source)


NUMBERS = ["9223372036854775808", "-9223372036854775809", "1e400", "-1E+999999999999", "9" * 5000, "1e-400"]


@pytest.mark.parametrize("number", NUMBERS, ids=len)
@pytest.mark.parametrize("place", ["time", "startedDateTime", "version", "size", "status", "value"])
def test_a_number_of_any_size_costs_no_entry(place: str, number: str) -> None:
    odd = json.dumps(
        {"time": 0, "version": 0, **entry(GET_JOB, SMALL.decode()), "startedDateTime": 0, "value": 0}
    )
    name = rf'"{place}": (?:[\d.]+|null)'
    text = har(entry(GET_JOB, SAMPLE.decode()), {"odd": 1}, entry(GET_JOB, SAMPLE.decode())).decode()
    text = text.replace('{"odd": 1}', re.sub(name, f'"{place}": {number}', odd, count=1))
    assert bodies([text.encode()]) == [SAMPLE, SMALL, SAMPLE]
    redacted = io.BytesIO()
    with suppress(RedactionError):  # of a status that HTTP does not have
        redact([text.encode()], redacted)
        assert len(bodies([redacted.getvalue()])) == 3


def test_what_a_script_makes_of_a_status_is_one() -> None:
    for status in ("200", 200.0):
        [response] = responses([har(entry(GET_JOB, SMALL.decode(), status))])  # type: ignore[arg-type]
        assert response.status == 200
    [response] = responses([har(entry(GET_JOB, SMALL.decode(), None))])  # type: ignore[arg-type]
    assert (response.status, response.remarks) == (None, ["its status is not known"])


@pytest.mark.parametrize(
    "content",
    [None, {}, {"size": -1}, {"size": 7}, {"mimeType": "text/xml"}, {"text": 1}, {"text": "", "size": -1}],
)
def test_a_body_that_was_not_recorded_is_none_that_is_empty(content: Any) -> None:
    one = entry(GET_JOB, None)
    one["response"]["content"] = content
    for each in (one, one | {"response": {"status": 200}}):
        [response] = responses([har(each)])
        report = validate(response)
        assert [(one.rule, one.severity.value) for one in report.findings] == [("not-recorded", "note")]
        assert (report.recorded, report.complete, report.ok) == (False, False, True)


def test_a_body_in_a_file_of_its_own_is_told() -> None:
    one = entry(GET_JOB, None, _file="727dd6e5.xml")
    [response] = responses([har(one)])
    assert not response.is_recorded
    assert "a file of its own" in response.remarks[0]


HOW = [
    ({"info": {"schema": "https://schema.getpostman.com/"}, "item": []}, "a collection of Postman"),
    ({"_type": "export", "__export_format": 4, "resources": []}, "an export of Insomnia"),
    ({"constants": {}, "events": []}, "a network log of Chrome.*HAR"),
    ({"MasterObjectList": {"Objects": []}}, "in JSON; ask the appliance for XML"),
    ({"Error": {"Code": "Gone"}}, "in JSON; ask the appliance for XML"),
    ([entry(GET_JOB, "")], "entries of a HAR.*around them"),
    ({"entries": [entry(GET_JOB, "")]}, "entries of a HAR"),
    ({"log": {"version": "1.2"}}, r"no log\.entries"),
    ({"secret": 1}, r"JSON that has no log\.entries"),
    ([], "JSON that has no"),
]


@pytest.mark.parametrize(("value", "words"), HOW)
def test_json_that_is_no_har_is_named_with_what_to_do(value: Any, words: str) -> None:
    one = json.dumps(value)
    for text in (one, json.dumps(value, indent=2), f"{one}\n{one}\n"):
        with pytest.raises(SourceError, match=words) as caught:
            bodies([text.encode()])
        assert "secret" not in str(caught.value)
        assert ("JSON Lines" in str(caught.value)) == text.endswith("\n")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(), each, max_size=3),
)


@given(JSON, JSON, st.sampled_from([None, 1, "\t"]), st.booleans(), st.integers(1, 2000))
def test_whatever_else_an_archive_says_its_entries_are_found(
    other: Any, more: Any, indent: Any, is_ascii: bool, size: int
) -> None:
    each = entry(GET_JOB, SMALL.decode()) | {"_other": other}
    archive = {"_before": other, "log": {"a": more, "entries": [each, more, each], "z": other}, "last": more}
    text = json.dumps(archive, indent=indent, ensure_ascii=is_ascii).encode("utf-8", "surrogatepass")
    assert bodies(text[at : at + size] for at in range(0, len(text), size)) == [SMALL, SMALL]


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
