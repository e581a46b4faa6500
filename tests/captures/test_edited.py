"""Recordings that were edited: redacted by hand, indented, with other line ends, cut, or with odd lines."""

from __future__ import annotations

import gzip
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ds3codec import SourceError, TruncatedError, decode, validate
from ds3codec.captures import responses
from tests.captures.examples import GET_JOB, OK, SMALL, START, bodies, body, chunked, request, with_length
from tests.examples import SAMPLE, blob, chunk, error, job
from tests.growth import LINEAR, exponent

CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
NEXT = with_length(SAMPLE)
MARK = b'Name="job"'
LONGER, SHORTER = b'Name="redacted by hand, and longer"', b'Name=""'
INDENTED = SMALL.replace(b"><", b">\r\n    <")


def remarks(dump: bytes) -> list[list[str]]:
    """What is remarked of each response, once its body was read."""
    return [each.remarks for each in responses([dump]) if body(each) or True]


def framed(data: bytes, framing: str) -> bytes:
    if framing == "length":
        return with_length(data)
    if framing == "none":
        return OK + b"\r\n" + data
    return CHUNKED + chunked(data, 100 if framing == "chunks" else 100_000)


@pytest.mark.parametrize("new", [LONGER, SHORTER, b"", MARK + b" " * 3000], ids=len)
@pytest.mark.parametrize("framing", ["length", "chunk", "chunks"])
def test_a_body_that_was_redacted_by_hand_is_read_to_the_end_of_its_root(framing: str, new: bytes) -> None:
    edited = SMALL.replace(MARK, new)
    dump = framed(SMALL, framing).replace(MARK, new)
    for behind in (b"", b"\n", NEXT, b"\r\n" + NEXT + NEXT):
        assert bodies([dump + behind]) == [edited, *[SAMPLE] * behind.count(b"HTTP/1.1")]
        (told, *others) = remarks(dump + behind)
        assert re.search(
            rf"[\d,]+, but .*{len(edited):,} bytes" if framing == "length" else r"\d, but", told[0]
        )
        assert others == [[]] * len(others)


def test_a_length_that_is_not_true_is_told_with_both_numbers() -> None:
    response = next(responses([with_length(SMALL).replace(MARK, LONGER)]))
    [finding] = validate(response, select=["form"]).findings
    assert finding.rule == "misrecorded"
    assert f"Content-Length is {len(SMALL):,}" in finding.message
    assert f"the body has {len(SMALL) + len(LONGER) - len(MARK):,} bytes" in finding.message


@pytest.mark.parametrize("framing", ["length", "chunk", "chunks"])
@pytest.mark.parametrize("line_end", [b"\n", b"\r", b"\r\r\n"])
def test_line_ends_may_be_any_of_heads_and_bodies(framing: str, line_end: bytes) -> None:
    dump = framed(INDENTED, framing) + NEXT
    found = bodies([dump.replace(b"\r\n", line_end)])
    assert [each.split() for each in found] == [INDENTED.split(), SAMPLE.split()]


def test_an_indented_body_is_read_whatever_its_length_was() -> None:
    for framing in ("length", "chunk", "chunks"):
        dump = framed(SMALL, framing).replace(b"><", b">\r\n  <")
        first, second = bodies([dump + NEXT])
        assert (decode(first), second) == (decode(SMALL), SAMPLE)


@pytest.mark.parametrize(
    "instead", [b"[removed]", b'{"removed": true}', b"<removed/>", SMALL[:-30], b"<!-- removed -->"]
)
@pytest.mark.parametrize("framing", ["length", "chunk", "none"])
def test_a_body_that_was_cut_or_replaced_costs_no_other(framing: str, instead: bytes) -> None:
    dump = framed(SMALL, framing).replace(SMALL, instead) + NEXT + NEXT
    first, *others = bodies([dump])
    assert first.startswith(instead[:9])
    assert others == [SAMPLE, SAMPLE]


def test_a_body_that_was_removed_is_not_recorded() -> None:
    for framing in ("length", "chunk"):
        dump = framed(SMALL, framing).partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        for behind in (b"", b"\n\n", NEXT):
            first, *others = [(each.is_recorded, validate(each)) for each in responses([dump + behind])]
            assert not first[0] and [one.rule for one in first[1].findings] == ["not-recorded"]
            assert all(is_recorded and report.complete for is_recorded, report in others)


def test_a_failure_whose_body_was_not_recorded_is_a_failure() -> None:
    head = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 99\r\n\r\n"
    [report] = map(validate, responses([head]))
    assert [one.rule for one in report.findings] == ["not-recorded", "server-error"]
    assert not report.ok


def test_what_is_recorded_as_it_was_is_believed() -> None:
    odd = error(Message="HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\n\r\nGET / HTTP/1.1\r\nHost: a")
    for data in (odd, b"<a></a>junk\n", SMALL[:-9], b"not found", b"<a/><b/>", b"<a/>\n<!-- end -->\r\n"):
        dump = with_length(data) + NEXT
        assert bodies([dump]) == [data, SAMPLE]
        assert remarks(dump) == [[], []]


def test_a_recording_that_breaks_off_in_a_body_is_not_complete_whatever_its_length() -> None:
    for framing in ("length", "chunk", "chunks"):
        response = next(responses([framed(SMALL, framing)[:-90]]))
        with pytest.raises(TruncatedError, match="ends after"):
            body(response)


def test_chunks_may_be_there_without_their_header() -> None:
    for lines in (b"", b"Transfer Encoding: chunked\r\n", b"Transfer-Encoding chunked\r\n"):
        for data in (SMALL, gzip.compress(SMALL, mtime=0)):
            dump = OK + lines + b"\r\n" + chunked(data, 90) + NEXT
            assert bodies([dump]) == [SMALL, SAMPLE]
            assert remarks(dump)[0][-1] == "its body comes in chunks, which no header says"


def test_the_last_chunk_may_be_missing() -> None:
    dump = CHUNKED + chunked(SMALL).removesuffix(b"0\r\n\r\n")
    assert bodies([dump]) == [SMALL]
    assert remarks(dump) == [["the last chunk of its body is missing"]]
    assert bodies([dump + NEXT]) == [SMALL, SAMPLE]


def test_what_a_client_sent_may_be_edited_too() -> None:
    for length in (b"8", b"12", b"1200"):
        asked = request("PUT", START, b"<Objects/>").replace(b"Length: 10", b"Length: " + length)
        response = next(responses([asked + NEXT]))
        assert (body(response), response.url) == (SAMPLE, START)
        assert f"its Content-Length is {int(length):,}, but the body has 10" in response.remarks[0]


# Odd lines.

LINES = [
    b"X-Odd Name: hunter2",
    b"hunter2",
    b"Authorization AWS hunter2:hunter2",
    b"Set-Cookie hunter2=hunter2; Path=/",
    b"hunter2: \x00hunter2",
    "X-größe: hunter2".encode(),
    b": hunter2",
    b"<hunter2>",
    b"\t",
    b" \t ",
    b"=?hunter2?= : hunter2",
    b"\xff\xfehunter2",
    b"Content-Type : text/xml; hunter2",
]


@pytest.mark.parametrize("line", LINES)
def test_an_odd_line_is_told_without_what_may_be_secret_and_costs_nothing_else(line: bytes) -> None:
    for place in (1, 2, 3):
        lines = with_length(SMALL, b"Server: x").split(b"\r\n")
        lines.insert(place, line)
        dump = NEXT + b"\r\n".join(lines) + NEXT
        found = [validate(each, select=["form"]) for each in responses([dump])]
        told = [str(one) for report in found for one in report.findings]
        assert len(told) == bool(line.strip())
        assert all(f"line {place + 1} of its head" in one and "hunter2" not in one for one in told)
        assert bodies([dump]) == [SAMPLE, SMALL, SAMPLE]


@pytest.mark.parametrize(
    "value",
    [*(b"", b"abc", b"-5", b"+5", b"1e3", b"0x10", b"5, 6", b"5 6", b"0", b"7", b"9" * 40), "٣".encode()],
)
def test_a_length_that_is_none_costs_nothing(value: bytes) -> None:
    dump = OK + b"Content-Length: " + value + b"\r\n\r\n" + SMALL + NEXT
    assert bodies([dump]) == [SMALL, SAMPLE]
    told, others = remarks(dump)
    assert "Content-Length" in told[-1] and not others


def test_two_lengths_are_none_unless_they_are_the_same() -> None:
    for first, expected in ((len(SMALL), []), (5, ["its Content-Length is not one number"])):
        dump = with_length(SMALL, b"Content-Length: %d" % first) + NEXT
        assert bodies([dump]) == [SMALL, SAMPLE]
        assert [one.partition(",")[0] for one in remarks(dump)[0]] == expected


def test_folded_lines_are_one() -> None:
    for odd in ((), (b"no colon",)):
        [response] = responses([with_length(SMALL, b"X-A: b", b"\tc", b"  d", *odd)])
        assert response.headers["x-a"] == "b c d"


@pytest.mark.parametrize(
    ("line", "status"),
    [
        *((line, 200) for line in (b"HTTP/1.1 200", b"HTTP/2 200", b"HTTP/2 200 ", b"HTTP/1.0 200 OK")),
        *(
            (line, 200)
            for line in (b"HTTP/1.1  200 OK", b"HTTP/1.1\t200", b"http/1.1 200 ok", b"HTTP 200 OK")
        ),
        *((line, None) for line in (b"HTTP/1.1 OK", b"HTTP/1.1", b"HTTP/1.1 20 OK", b"HTTP/1.1 2000 OK")),
        ("HTTP/1.1 200 größe".encode(), 200),
    ],
)
def test_a_status_line_may_be_odd(line: bytes, status: int | None) -> None:
    odd = with_length(SMALL).replace(b"HTTP/1.1 200 OK", line)
    for dump in (odd, NEXT + odd + NEXT, odd + odd):
        for response in responses([dump]):
            data = body(response)
            assert data in (SMALL, SAMPLE)
            if data == SMALL:
                assert response.status == status
                assert status == 200 or "status line" in response.remarks[0]


def test_the_empty_line_may_be_missing() -> None:
    for dump in (NEXT.replace(b"\r\n\r\n", b"\r\n"), NEXT.replace(b"\r\n\r\n", b"\r\n \r\n")):
        assert bodies([dump + NEXT + dump]) == [SAMPLE] * 3


# What is no message.


def test_lines_of_a_log_are_passed_over_and_told() -> None:
    dump = b"2026-03-14 INFO answer:\n" + NEXT + b"\n[worker-1] DEBUG a < b\n" + NEXT + b"\ndone\n"
    assert bodies([dump]) == [SAMPLE, SAMPLE]
    assert remarks(dump) == [
        ["24 bytes of text before it are not HTTP, and were skipped"],
        [
            "23 bytes of text before it are not HTTP, and were skipped",
            "6 bytes of text after it are not HTTP, and were skipped",
        ],
    ]


def test_a_body_without_a_head_is_a_response_of_its_own() -> None:
    for between in (b"", b"\n", b"X-Lost: 1\r\n\r\n"):
        found = list(responses([NEXT + between + SMALL + NEXT]))
        assert [each.status for each in found] == [200, None, 200]
        assert found[1].remarks[-1] == "it has no HTTP head"
    assert bodies([NEXT + SMALL + NEXT]) == [SAMPLE, SMALL, SAMPLE]


def test_comments_behind_a_root_are_no_response() -> None:
    for length in (len(SMALL), 7):
        dump = OK + b"Content-Length: %d\r\n\r\n" % length + SMALL + b"\n<!-- edited -->\n" + NEXT
        assert bodies([dump]) == [SMALL, SAMPLE]


def test_other_bytes_between_messages_are_an_error_in_the_end() -> None:
    got: list[bytes] = []
    with pytest.raises(SourceError, match=r"3 bytes are neither .* \(behind message 1\)"):
        got.extend(body(each) for each in responses([NEXT + b"\0\1\2" + NEXT]))
    assert got == [SAMPLE, SAMPLE]


# All of it together.

NAMES = st.lists(st.sampled_from(["a", "b/c", "reel 0001"]), max_size=3)
ODD_LINES = st.lists(st.sampled_from([*LINES, b"X: y"]), max_size=2)
EDITS = st.sampled_from(
    [
        (b"><", b">\n<"),
        (b"><", b">\r\n\t<"),
        (MARK, LONGER),
        (MARK, SHORTER),
        (b' Naked="false"', b' Naked="0"'),
        (b"</Objects>", b"<!-- </MasterObjectList> --></Objects>"),
        (b"nothing", b"at all"),
    ]
)


@st.composite
def edited(draw: st.DrawFn) -> tuple[bytes, list[str]]:
    """A message with the names of its blobs."""
    names = draw(NAMES)
    dump = framed(job(chunk(*(blob(Name=name) for name in names))), draw(st.sampled_from(FRAMINGS)))
    head, _, rest = dump.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    for line in draw(ODD_LINES):
        lines.insert(draw(st.integers(1, len(lines))), line)
    before, after = draw(EDITS)
    line_end = draw(st.sampled_from([b"\r\n", b"\n", b"\r"]))
    asked = draw(st.sampled_from([b"", request("GET", GET_JOB), b"\r\n\r\n"]))
    text = line_end.join([*lines, b"", rest.replace(before, after)])
    return asked + text, names


FRAMINGS = ["length", "chunk", "chunks", "none"]


@given(st.lists(edited(), min_size=1, max_size=4), st.integers(1, 5000))
def test_whatever_is_edited_all_blobs_of_all_messages_are_found(
    messages: list[tuple[bytes, list[str]]], size: int
) -> None:
    dump = b"".join(message for message, _ in messages)
    pieces = [dump[at : at + size] for at in range(0, len(dump), size)]
    found = [decode(body(response)) for response in responses(pieces)]
    assert [[one.name for one in each.chunks[0].blobs] for each in found] == [names for _, names in messages]


@given(st.binary(max_size=300), st.sampled_from([b"", NEXT, CHUNKED, OK + b"Content-Length: 9\r\n\r\n"]))
def test_whatever_is_behind_a_message_is_a_response_or_an_error_of_ours(noise: bytes, before: bytes) -> None:
    count = 0
    try:
        for response in responses([NEXT + before + noise + NEXT], name="dump"):
            validate(response)
            count += 1
    except SourceError as caught:
        assert "'dump'" in str(caught)
    assert count >= 1


HOSTILE = {
    "versions": lambda size: [OK + b"\r\n<a>" + b"HTTP/1.1 20 " * size],
    "requests": lambda size: [OK + b"\r\n<a>" + b"GET / HTTP/1.1\t" * size],
    "methods": lambda size: [OK + b"\r\n<a>" + b"GET /" * size + b" HTTP/1.1"],
    "sizes": lambda size: [CHUNKED + b"5\r\nab\r\n" * (size // 2)],
    "names": lambda size: [OK + b"\r\n<a" + b" a<a" * size],
    "lengths": lambda size: [(OK + b"Content-Length: 9\r\n\r\n<a>b</a>") * (size // 40)],
    "text": lambda size: [NEXT + b"text\n" * size + NEXT],
}


@pytest.mark.full
@pytest.mark.parametrize("kind", HOSTILE)
def test_time_grows_with_what_is_odd(kind: str) -> None:
    def read(source: list[bytes]) -> None:
        for each in responses(source):
            for _ in each.body:
                """Nothing is kept."""

    assert exponent(HOSTILE[kind], read, (10_000, 80_000)) < LINEAR
