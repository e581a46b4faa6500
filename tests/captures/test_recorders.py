"""What each recorder writes is read alike, by every command."""

from __future__ import annotations

import base64
import gzip
import json
import sys
import tarfile
from datetime import datetime, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ds3codec import CompressionError, SourceError, TruncatedError, validate
from ds3codec.captures import Response, Tally, expand, recorders, responses
from ds3codec.captures.paths import survey
from ds3codec.redaction import redact
from tests.captures import made
from tests.captures.examples import GET_JOB, OTHER, SMALL, START, bodies, body, entry, har
from tests.captures.made import FORMATS, Exchange
from tests.cli.command import run
from tests.examples import error, job

GZIP = (("Content-Type", "application/xml"), ("Content-Encoding", "gzip"))
EXCHANGES = [
    Exchange("GET", f"http://nas{GET_JOB}", SMALL),
    Exchange("GET", "http://nas/", OTHER),
    Exchange("PUT", f"http://nas{START}", gzip.compress(SMALL, mtime=0), fields=GZIP),
    Exchange("GET", f"http://nas{GET_JOB}", b"", status=307),
    Exchange("GET", f"http://nas{GET_JOB}", error(), status=404),
]
SECOND = datetime(2026, 3, 14, 9, 26, 53, tzinfo=timezone.utc)
every_format = pytest.mark.parametrize("name", FORMATS)


def seen(found: list[Response]) -> list[tuple[Any, ...]]:
    return [
        (one.status, one.method, (one.url or "").removeprefix("http://nas"), body(one), one.remarks)
        for one in found
    ]


def each(source: Any, tally: Tally | None = None) -> list[tuple[Any, ...]]:
    return [seen([one])[0] for one in responses(source, tally=tally)]


@every_format
def test_each_format_gives_the_same_responses_and_counts_the_others(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(FORMATS[name](EXCHANGES))
    tally = Tally()
    assert each(path, tally) == [
        (200, "GET", GET_JOB, SMALL, []),
        (200, "PUT", START, SMALL, []),
        (404, "GET", GET_JOB, error(), []),
    ]
    assert (tally.skipped, tally.redirects, tally.bytes_read) == (1, 1, path.stat().st_size)


@every_format
def test_each_format_is_read_from_pieces_and_compressed(name: str) -> None:
    data = gzip.compress(FORMATS[name](EXCHANGES))
    assert len(bodies([data[start : start + 700] for start in range(0, len(data), 700)])) == 3


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in ("raw.http", "cassette.yaml")])
def test_the_time_of_an_exchange_is_read(name: str) -> None:
    for response in responses([FORMATS[name](EXCHANGES)]):
        assert response.time is not None
        assert response.time.tzinfo is timezone.utc
        is_packets = name.startswith("traffic.pcap")
        assert response.time.replace(microsecond=0).timestamp() == (
            1.7e9 if is_packets else SECOND.timestamp()
        )


def test_a_capture_that_says_no_time_has_none() -> None:
    assert [one.time for one in responses([made.cassette(EXCHANGES)])] == [None] * 3
    assert [one.time for one in responses([SMALL])] == [None]


@every_format
def test_a_folder_with_any_format_is_searched(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(FORMATS[name](EXCHANGES))
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n")
    assert expand([tmp_path]) == [str(tmp_path / name)]


@every_format
def test_every_command_reads_each_format(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(FORMATS[name](EXCHANGES[:2]))
    found = run("validate", path, "--severity", "error", "--format", "json")
    assert (found.returncode, len(json.loads(found.stdout)["responses"])) == (0, 1), found
    plain = tmp_path / "plain.xml"
    plain.write_bytes(SMALL)
    assert run("diff", plain, path).stdout == b"no difference\n"
    table = run("convert", path, "-o", "-", "--to", "csv", "--columns", "name").stdout
    assert table.count(b"\n") == 2
    assert run("summary", path, "--format", "json").returncode == 0
    redacted = tmp_path / "redacted.http"
    done = run("redact", path, "-o", redacted)
    assert done.returncode == 0, done.stderr
    assert len(bodies(redacted)) == 1


@every_format
def test_a_redacted_copy_of_each_format_has_the_same_findings(name: str, tmp_path: Path) -> None:
    wrong = job().replace(b'Naked="false"', b'Naked="perhaps"')
    capture = FORMATS[name]([Exchange("GET", f"http://nas{GET_JOB}", wrong)])
    copy = tmp_path / "copy"
    redact([capture], copy)
    before, after = ([validate(one).counts for one in responses(source)] for source in ([capture], copy))
    assert before == after
    assert b"bucket" not in copy.read_bytes().replace(b"Bucket", b"")


# What is particular to each.


def test_a_new_recorder_is_a_module_and_a_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def recorded(capture: Any) -> Any:
        for number, line in enumerate(b"".join(capture.stream).splitlines()[1:], 1):
            yield Response(f"{capture.name}#{number}", [line]), True

    recorder = SimpleNamespace(knows=lambda start: start.startswith(b"LINES\n"), recorded=recorded)
    monkeypatch.setattr(recorders, "RECORDERS", (recorder, *recorders.RECORDERS))
    (tmp_path / "any.name").write_bytes(b"LINES\n" + SMALL + b"\n" + SMALL)
    assert [body(one) for path in expand([tmp_path]) for one in responses(path)] == [SMALL, SMALL]


VCR = b"""---
http_interactions:
- request:
    method: get
    uri: http://nas%b
    body: {encoding: US-ASCII, string: ''}
  response:
    status: {code: 200, message: OK}
    headers: &headers
      Content-Type: [application/xml]
    body: {encoding: UTF-8, string: '%b'}
  recorded_at: Sat, 14 Mar 2026 09:26:53 GMT
- request: {method: get, uri: 'http://nas/other'}
  response: {status: {code: 200}, headers: *headers, body: {string: '%b'}}
recorded_with: VCR 6.1.0
"""


def test_a_cassette_of_ruby_is_read_with_its_anchors() -> None:
    found = [
        (one.method, dict(one.headers), body(one))
        for one in responses([VCR % (GET_JOB.encode(), SMALL, SMALL)])
    ]
    assert found == [("GET", {"content-type": "application/xml"}, SMALL)] * 2


def test_a_cassette_in_json_with_a_plain_body_is_read() -> None:
    one = {"request": {"method": "GET", "uri": GET_JOB}, "response": {"status": {"code": 200}, "headers": {}}}
    one["response"]["body"] = {"string": SMALL.decode()}
    assert bodies([json.dumps({"version": 1, "interactions": [one]}, indent=1).encode()]) == [SMALL]


BROKEN = [
    (made.cassette(EXCHANGES) + b"\t{", "cassette: it is malformed after interaction 5, at line"),
    (made.cassette(EXCHANGES)[:-300].replace(b"code: 404", b"code: ]"), "malformed after interaction 4"),
    (b"interactions:\n- !!python/object/apply:os.system [echo]\n", "malformed after interaction 0"),
    (b"interactions:\n- {response: {<<: [&a {b: c}, *a]}}\n", "malformed after interaction 0"),
    (b"interactions:\n- " + 900 * b"[" + 900 * b"]" + b"\n", "malformed after interaction 0"),
    (made.betamax(EXCHANGES)[:-100], "cassette: it is malformed after interaction 4"),
    (made.charles(EXCHANGES)[:-100], "session of Charles: it is not well-formed JSON after transaction 4"),
    (made.burp(EXCHANGES)[:-100], "export of Burp: it is not well-formed XML after item 4"),
    (made.burp(EXCHANGES).replace(b"<!ELEMENT", b"<!ENTITY a 'b'><!ELEMENT"), "declares entities"),
    (made.warc(EXCHANGES) + b"no record\r\n\r\n", "WARC: it is malformed after record 11"),
    (made.warc(EXCHANGES) + b"WARC/1.0\r\nWARC-Type: response\r\n\r\n", "WARC: record 12 has no length"),
    (made.flows(EXCHANGES)[:-100], "flows of mitmproxy: it ends within one, after flow 4"),
    (made.flows(EXCHANGES) + b"x", "flows of mitmproxy: it is malformed, after flow 5"),
    (made.flows(EXCHANGES) + b"4:1:x;}", "flows of mitmproxy: it is malformed, after flow 5"),
    (made.zipped({"a.xml": SMALL})[:-30], "the archive is damaged"),
]


@pytest.mark.parametrize(("data", "words"), BROKEN)
def test_what_is_broken_is_said_with_its_place_behind_what_is_before_it(data: bytes, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        bodies([data])


@pytest.mark.parametrize("request_first", [False, True])
def test_records_of_warc_that_belong_together_are_found(request_first: bool) -> None:
    data = made.warc(EXCHANGES, request_first=request_first)
    assert [one[1] for one in each([data])] == ["GET", "PUT", "GET"]


def test_a_record_of_warc_without_its_request_is_judged_by_its_body() -> None:
    alone = made.record("response", 1, None, "http://nas/x", EXCHANGES[0].response())
    other = made.record("response", 2, None, "http://nas/y", EXCHANGES[1].response())
    request = made.record("request", 3, 1, "http://nas/x", EXCHANGES[0].request())
    revisit = made.record("revisit", 4, None, "http://nas/x", b"")
    tally = Tally()
    found = [
        (one.method, one.url, body(one))
        for one in responses([alone + other + alone + request + revisit], tally=tally)
    ]
    assert found == [(None, "http://nas/x", SMALL), ("GET", "http://nas/x", SMALL)]
    assert tally.skipped == 1


def test_a_record_of_warc_that_ends_too_early_is_truncated() -> None:
    cut = made.record("response", 1, None, "http://nas/x", EXCHANGES[0].response())[:-40]
    with pytest.raises(TruncatedError):
        for one in responses([cut]):
            body(one)
    left_out = made.record("response", 1, None, "x", EXCHANGES[0].response())
    left_out = left_out.replace(b"WARC-Date", b"WARC-Truncated: length\r\nWARC-Date")
    assert [one.remarks for one in responses([left_out])] == [
        ["the recorder says that it has left out a part of the answer"]
    ]


def test_gzip_by_record_is_read() -> None:
    records = [made.record("response", 1, None, "x", EXCHANGES[0].response())] * 3
    assert bodies([b"".join(map(gzip.compress, records))]) == [SMALL] * 3


def test_an_unpacked_archive_of_fiddler_is_read_as_the_archive_is(tmp_path: Path) -> None:
    for name, data in made.sessions(EXCHANGES):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    found = [one for path in expand([tmp_path]) for one in each(path)]
    assert [one[1] for one in found] == ["GET", "PUT", "GET"]
    assert found[0][3] == SMALL
    assert next(iter(responses(tmp_path / "raw/01_s.txt"))).time is not None


def test_plain_items_of_burp_are_read() -> None:
    plain = made.burp([]).replace(
        b"</items>",
        b"<item><url>http://nas/x</url>"
        b"<request base64='false'><![CDATA[GET /x HTTP/2\r\nHost: nas\r\n\r\n]]></request>"
        b"<response base64='false'><![CDATA[HTTP/2 200 OK\r\n\r\n" + SMALL + b"]]></response></item>"
        b"<item><url>http://nas/y</url><response/></item></items>",
    )
    tally = Tally()
    assert bodies([plain], tally) == [SMALL]
    assert tally.skipped == 1


def test_a_flow_without_an_answer_or_with_a_websocket_is_skipped() -> None:
    request = {"method": b"GET", "host": b"nas", "port": 8080, "path": GET_JOB.encode(), "scheme": b"http"}
    answer = {"status_code": 200, "headers": [], "content": SMALL}
    parts = [{"version": 21, "request": request, "response": None}]
    parts += [{"version": 21, "request": request, "response": answer, "websocket": {"messages": []}}]
    parts += [{"version": 21, "request": request, "response": {**answer, "content": None}}]
    parts += [{"version": 21, "request": request, "response": answer}]
    tally = Tally()
    found = [
        (one.url, one.is_recorded) for one in responses([b"".join(map(made.netstring, parts))], tally=tally)
    ]
    assert found == [(f"http://nas:8080{GET_JOB}", is_recorded) for is_recorded in (False, True)]
    assert tally.skipped == 2


# HAR, beyond what its version 1.2 has.


def with_content(content: dict[str, Any], **more: Any) -> dict[str, Any]:
    made_entry = entry(GET_JOB, None)
    made_entry["response"]["content"] = content
    return {**made_entry, **more}


def test_bodies_in_files_beside_a_har_are_read(tmp_path: Path) -> None:
    path = tmp_path / "traffic.har"
    path.write_bytes(
        har(with_content({"size": -1, "_file": "0a1b.xml"}), with_content({"_file": "none.xml"}))
    )
    (tmp_path / "0a1b.xml").write_bytes(SMALL)
    first, second = responses(path)
    assert body(first) == SMALL
    assert (second.is_recorded, second.remarks) == (
        False,
        ["the recorder put the body in a file of its own, which is not beside it"],
    )
    zipped = made.zipped({"trace/traffic.har": path.read_bytes(), "trace/0a1b.xml": SMALL})
    assert [body(one) for one in responses([zipped]) if one.status and one.is_recorded] == [SMALL]


@pytest.mark.parametrize(
    "name", ["../secret", "/etc/passwd", "a/../../secret", "..\\secret", "C:\\x", ".", "", "a\0b"]
)
def test_a_har_names_no_file_elsewhere(name: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(SMALL)
    (tmp_path / "below").mkdir()
    path = tmp_path / "below" / "traffic.har"
    path.write_bytes(har(with_content({"_file": name})))
    [found] = responses(path)
    assert not found.is_recorded


def test_a_body_may_be_written_in_other_ways() -> None:
    coded = base64.b64encode(SMALL).decode()
    characters = gzip.compress(SMALL).decode("latin-1")
    found = list(responses([har(with_content({"_textBase64": coded}), with_content({"text": characters}))]))
    assert [body(one) for one in found] == [SMALL, SMALL]
    assert [one.remarks for one in found] == [
        [],
        ["the body is compressed, each byte written as a character"],
    ]


def test_a_websocket_in_a_har_is_passed_over() -> None:
    socket = entry("/socket", "", status=101)
    socket |= {"_resourceType": "websocket", "_webSocketMessages": [{"data": SMALL.decode()}]}
    tally = Tally()
    assert bodies([har(socket, entry(GET_JOB, SMALL.decode()))], tally) == [SMALL]
    assert tally.skipped == 1


# ZIP and tar.


def test_an_archive_is_read_as_a_folder_is(tmp_path: Path) -> None:
    files = {
        "b/job.xml": SMALL,
        "a.xml.gz": gzip.compress(SMALL),
        "inner.zip": made.zipped({"deep.http": EXCHANGES[0].response()}),
        "notes.md": b"# Notes",
        "notes.txt": b"GET the answers",
        "session.json": har(),
        "utf-16.log": SMALL.decode().encode("utf-16"),
        ".hidden.xml": SMALL,
        "__MACOSX/b/._job.xml": b"\0",
        "book.docx": made.zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}),
    }
    for pack in (made.zipped, made.tarred):
        tally = Tally()
        found = {one.origin: body(one) for one in responses([pack(files)], name="x", tally=tally)}
        assert found.pop("x/utf-16.log").decode("utf-16") == SMALL.decode()
        assert found == {"x/b/job.xml": SMALL, "x/a.xml.gz": SMALL, "x/inner.zip/deep.http": SMALL}
        skipped = {one.name: one.kind for one in tally.passed_over}
        assert skipped == dict.fromkeys(["x/notes.md", "x/notes.txt", "x/book.docx"], "file")
        assert tally.skipped == 0
    for name, data in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    found_there, skipped_there = survey(tmp_path)
    there = {str(Path(path).relative_to(tmp_path)) for path in found_there}
    assert there == {"b/job.xml", "a.xml.gz", "inner.zip", "session.json", "utf-16.log"}
    assert {Path(one.name).name for one in skipped_there} == {"notes.md", "notes.txt", "book.docx"}


def test_one_bad_file_of_an_archive_does_not_cost_the_others() -> None:
    files = {"a.har": b'{"log": {"entries": [', "b.xml": SMALL}
    for pack in (made.zipped, made.tarred):
        found = responses([pack(files)], name="x")
        assert body(next(found)) == SMALL
        with pytest.raises(SourceError, match=r"x/a\.har"):
            next(found)


def test_a_cut_archive_says_so_where_its_data_end() -> None:
    found = next(responses([made.tarred({"a.xml": SMALL})[:700]]))
    with pytest.raises(CompressionError, match="the archive is damaged"):
        body(found)


def test_an_encrypted_archive_says_so() -> None:
    data = bytearray(made.zipped({"a.xml": SMALL}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(SourceError, match="encrypted"):
        bodies([bytes(data)])


# Nothing grows with what it is told.


def test_archives_do_not_stand_in_each_other_without_end() -> None:
    data = SMALL
    for name in ("a.xml", *["a.zip"] * 4):
        data = made.zipped({name: data})
    with pytest.raises(SourceError, match="archive in 3 others"):
        bodies([data])


def test_an_archive_does_not_grow_without_end() -> None:
    bomb = b"<MasterObjectList>" + bytes(80 * 1024 * 1024)
    for pack in (made.zipped, lambda files: gzip.compress(made.tarred(files))):
        data = pack({"a.xml": bomb})
        if pack is made.zipped:
            with pytest.raises(SourceError, match="300 times its size"):
                bodies([data])


def test_a_file_in_a_tar_has_no_head_without_end() -> None:
    pax = tarfile.TarInfo("a.xml")
    pax.pax_headers = {"comment": "x" * 5_000_000}
    with pytest.raises(SourceError, match="head of a file in it is too long"):
        bodies([pax.tobuf(tarfile.PAX_FORMAT) + bytes(1024)])


def test_an_archive_has_only_so_many_files() -> None:
    data = made.zipped(dict.fromkeys(map(str, range(10_002)), b""))
    with pytest.raises(SourceError, match="more than 10,000 files"):
        bodies([data])


ITEMS = made.burp([])[: -len(b"</items>\n")]
ZIP_END = b"PK\x05\x06"
MANY = [
    (b"interactions:\n- [" + b"a," * 200_000 + b"a]\n", "malformed after interaction 0"),
    (made.burp([])[: -len(b"</items>\n")] + b"<item>" + b"<a/>" * 50_000, "item 1 is larger than any"),
    (
        made.burp([])[: -len(b"</items>\n")] + b"<item>" + b"<a>" * 50_000,
        "item 1 is larger|it is not well-formed XML",
    ),
    (made.flows([]) + b"999:99:version;" + b"1:" * 500, "flows of mitmproxy"),
    (made.netstring({"version": 1})[:-1] + b"}" + b"999999999:x", "ends within one, after flow 1"),
    (
        made.zipped({"a.xml": SMALL}).replace(b"PK\x05\x06", b"PK\x06\x07" + bytes(16) + b"PK\x05\x06"),
        "unpack it first",
    ),
]


@pytest.mark.parametrize(("data", "words"), MANY)
def test_what_would_grow_in_memory_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        bodies([data])


def test_an_archive_without_a_capture_says_so() -> None:
    for pack in (made.zipped, made.tarred):
        with pytest.raises(SourceError, match="no capture in it"):
            bodies([pack({"notes.md": b"# Notes"})])


def test_bodies_in_an_archive_are_redacted_as_answers(tmp_path: Path) -> None:
    redact([made.zipped({"a.xml": SMALL, "b.xml": SMALL})], tmp_path / "copy.http")
    assert [(one.status, one.remarks) for one in responses(tmp_path / "copy.http")] == [(200, [])] * 2


def test_without_a_package_it_is_said_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(SourceError, match=r"PyYAML, which is missing: pip install 'ds3codec\[cli\]'"):
        bodies([made.cassette(EXCHANGES)])


def test_a_cassette_is_read_without_libyaml_too(monkeypatch: pytest.MonkeyPatch) -> None:
    yaml = pytest.importorskip("yaml")
    monkeypatch.setattr(yaml, "__with_libyaml__", False)
    assert len(bodies([made.cassette(EXCHANGES)])) == 3
