"""Secrets of URLs, and of what opens them, are in nothing that comes out, wherever they are planted.

The marker is user, password, the value of a query and its bare key, a fragment, a header, and in what is
redirected to. It must be in no message, cause, log, column, byte of a file, report, or name of a task.
"""

from __future__ import annotations

import inspect
import io
import logging
import pickle
import traceback
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import fsspec
import pyarrow.parquet as pq
import pytest

import ds3codec
import ds3codec.captures
import ds3codec.redaction
import ds3codec.tables
import ds3codec.testing
import ds3codec.validation
from ds3codec import Ds3CodecError, SourceError
from ds3codec.captures import Response
from tests.cli.command import run
from tests.examples import SAMPLE, UUID
from tests.servers import LARGE, Server, serving

dask = pytest.importorskip("dask")
distributed = pytest.importorskip("distributed")

from ds3codec.cli.distributing import _Step, connected, in_order  # noqa: E402
from ds3codec.distributed import read_blobs, validate_many  # noqa: E402
from ds3codec.distributed.parts import Part  # noqa: E402

WORD = "hunter2hunter2"
SPELLINGS = [WORD.encode(), WORD.encode("utf-16-le"), WORD.encode().hex().encode()]
SPELLINGS += [b64encode(b"x" * shift + WORD.encode())[4:12] for shift in (1, 2, 3)]
ODD = f"{WORD}/é"
WAYS = [
    "ranges",
    "no-ranges",
    "gzip",
    "dies",
    "dies-in-ranges",
    "resets",
    "garbage",
    "403",
    "404",
    "500",
    "moved",
]
REFUSED = "http://127.0.0.1:9/a.xml"


def planted(url: str, secret: str = quote(ODD, safe="")) -> str:
    return f"{url.replace('://', f'://{secret}:{secret}@')}?token={secret}&{secret}#{secret}"


def check(*outputs: object) -> None:
    for output in outputs:
        data = output if isinstance(output, bytes) else str(output).encode()
        assert not [word for word in SPELLINGS if word in data], data


def check_error(error: BaseException) -> None:
    """Look at an error, and at all that is behind it, also where a traceback does not show it."""
    check("".join(traceback.format_exception(error)), repr(error), vars(error), pickle.dumps(error))
    for behind in (error.__cause__, error.__context__):
        if behind is not None:
            check_error(behind)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as running:
        running.moved_to = planted(f"{running.url}/503/a.xml")
        yield running


def written(write: Callable[[io.BytesIO], object]) -> bytes:
    sink = io.BytesIO()
    write(sink)
    return sink.getvalue()


def computed(*frames: Any) -> list[Any]:
    check([list(frame.dask) for frame in frames], [dict(frame.dask) for frame in frames])
    return [frame.to_dict() for frame in dask.compute(*frames, scheduler="sync")]


READERS: dict[str, Callable[[Any], object]] = {
    "JobReader": lambda url: list(ds3codec.JobReader(url)),
    "Validation": lambda url: list(ds3codec.validation.Validation(url).steps()),
    "decode": ds3codec.decode,
    "decode_chunk": ds3codec.decode_chunk,
    "iter_blobs": lambda url: list(ds3codec.iter_blobs(url)),
    "read_blobs": lambda url: computed(read_blobs(str(url), blocksize="4 KiB")),
    "read_table": lambda url: (found := ds3codec.tables.read_table(url), found.schema.metadata),
    "TableReader": lambda url: list(ds3codec.tables.TableReader(url)),
    "record_batches": lambda url: [(one, one.schema) for one in ds3codec.tables.record_batches(url)],
    "redact": lambda url: written(lambda sink: ds3codec.redaction.redact(url, sink)),
    "responses": lambda url: [(one, list(one.body)) for one in ds3codec.captures.responses(url)],
    "validate": ds3codec.validate,
    "validate_many": lambda url: computed(*validate_many(str(url))),
    "write_arrow": lambda url: written(lambda to: ds3codec.tables.write_arrow(url, to, compression="none")),
    "write_csv": lambda url: written(lambda to: ds3codec.tables.write_csv(url, to)),
    "write_feather": lambda url: written(
        lambda to: ds3codec.tables.write_feather(url, to, compression="none")
    ),
    "write_jsonl": lambda url: written(lambda to: ds3codec.tables.write_jsonl(url, to)),
    "write_parquet": lambda url: written(
        lambda to: ds3codec.tables.write_parquet(url, to, compression="none")
    ),
}
WRITERS: dict[str, Callable[[str], object]] = {
    "JobWriter": lambda url: ds3codec.JobWriter(url, ds3codec.JobReader(LARGE).header),
    "encode_table": lambda url: ds3codec.tables.encode_table(ds3codec.tables.read_table(LARGE), url),
    "redact": lambda url: ds3codec.redaction.redact(LARGE, url),
    "write_arrow": lambda url: ds3codec.tables.write_arrow(LARGE, url),
    "write_csv": lambda url: ds3codec.tables.write_csv(LARGE, url),
    "write_document": lambda url: ds3codec.testing.write_document(url, 1),
    "write_feather": lambda url: ds3codec.tables.write_feather(LARGE, url),
    "write_jsonl": lambda url: ds3codec.tables.write_jsonl(LARGE, url),
    "write_parquet": lambda url: ds3codec.tables.write_parquet(LARGE, url),
}


def taking(*parameters: str) -> set[str]:
    """Find the public functions and classes that take such a parameter."""
    modules = (ds3codec, ds3codec.tables, ds3codec.distributed, ds3codec.captures, ds3codec.redaction)
    return {
        name
        for module in (*modules, ds3codec.testing, ds3codec.validation)
        for name in module.__all__
        if callable(found := getattr(module, name))
        and found is not Response
        and not (isinstance(found, type) and issubclass(found, (Exception, str)))
        and set(parameters).intersection(inspect.signature(found).parameters)
    }


def test_all_that_reads_or_writes_is_tried_here() -> None:
    others = {"AsyncJobReader", "aread", "expand"}  # which take no URL, or read nothing
    assert taking("source", "paths") - others == set(READERS)
    assert taking("sink") == set(WRITERS)


@pytest.mark.parametrize("name", READERS)
def test_nothing_that_reads_shows_a_secret(name: str, server: Server) -> None:
    sources: list[Any] = [planted(f"{server.url}/{way}/größe.xml") for way in WAYS]
    sources += map(
        planted, (REFUSED, f" {REFUSED}", "nosuch://host/a.xml", "memory://none/a.xml", "file:///none")
    )
    sources += map(planted, (f"zip://a.xml::{REFUSED}", f"simplecache::{REFUSED}", "http://127.0.0.1:x/"))
    sources += [planted(REFUSED, ODD), planted(REFUSED, f"{WORD}#?"), Path(planted(REFUSED))]
    failed = 0
    for source in sources:
        try:
            check(READERS[name](source))
        except Ds3CodecError as error:
            check_error(error)
            failed += 1
    assert failed >= len(sources) - 4 or name in ("Validation", "validate", "validate_many")


@pytest.mark.parametrize("name", WRITERS)
def test_nothing_is_written_to_a_url_and_no_secret_shown(name: str) -> None:
    with pytest.raises(Ds3CodecError, match="URLs are only read") as caught:
        WRITERS[name](planted("http://127.0.0.1:9/a.xml"))
    check_error(caught.value)


def test_a_file_object_of_fsspec_is_not_shown_with_its_url(server: Server) -> None:
    with fsspec.open(planted(f"{server.url}/ranges/a.xml"), block_size=0) as file:
        file.r.close()
        with pytest.raises(SourceError, match="HTTPStreamFile") as caught:
            ds3codec.decode(file)
    check(str(caught.value))


OPTIONS: list[dict[str, Any]] = [
    {"headers": {"Authorization": f"Bearer {WORD}"}},
    {"headers": {"Authorization": f"Bearer {WORD}\n"}},  # which aiohttp refuses, and shows
    {"client_kwargs": {"headers": {"Authorization": WORD}}},
    {"client_kwargs": {WORD: WORD}},
    {"https": {WORD: WORD}, "http": {"headers": {"X": WORD}}},
]


@pytest.mark.parametrize("options", OPTIONS)
def test_what_opens_a_url_is_not_shown(options: dict[str, Any], server: Server) -> None:
    urls = [f"{server.url}/{way}/a.xml" for way in WAYS]
    found = read_blobs(urls, blocksize="4 KiB", errors="collect", storage_options=options)
    check(computed(*found), computed(*validate_many(urls, storage_options=options)))


def test_bad_urls_cost_no_row_of_good_inputs(server: Server, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(LARGE)
    bad = [planted(f"{server.url}/{way}/a.xml") for way in ("403", "404", "500", "dies", "resets", "garbage")]
    bad += map(planted, (REFUSED, "nosuch://host/a.xml", "http://127.0.0.1:9/*.xml", "memory://none/*.xml"))
    good = [
        str(tmp_path / "a.xml"),
        planted(f"{server.url}/ranges/a.xml"),
        planted(f"{server.url}/no-ranges/a.xml"),
    ]
    found = read_blobs(
        [good[0], *bad, str(tmp_path / "none.xml"), *good[1:]], blocksize="4 KiB", errors="collect"
    )
    rows, failed = dask.compute(*found, scheduler="sync")
    check(rows.to_dict(), failed.to_dict())
    whole = ds3codec.tables.read_table(LARGE)["name"].to_pylist()
    assert rows["name"].tolist() == whole * 3
    assert len(failed) == len(bad) + 1
    reasons = "\n".join(failed.reason)
    for words in (
        "HTTP 403",
        "HTTP 404",
        "HTTP 500",
        "ended too early (after",
        "reset by peer",
        "is not HTTP",
    ):
        assert words in reasons
    for words in ("Connection refused", "does not know such URLs", "nothing at this URL", "no such file"):
        assert words in reasons
    responses, _ = dask.compute(*validate_many([*good, *bad[:-3]]), scheduler="sync")
    check(responses.to_dict())
    assert responses.failure.isna().tolist() == [True] * 3 + [False] * (len(bad) - 3)
    empty = dask.compute(*read_blobs(bad[-2:], errors="collect"), scheduler="sync")
    assert [len(frame) for frame in empty] == [0, 2]


def test_clusters_log_and_name_no_secret(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    def fail(url: str) -> None:
        ds3codec.decode(url)

    urls = [planted(f"{server.url}/{way}/a.xml") for way in WAYS]
    caplog.set_level(logging.INFO, "distributed")
    with (
        distributed.LocalCluster(n_workers=1, processes=False, dashboard_address=":0") as cluster,
        distributed.Client(cluster) as client,
    ):
        for url in urls:
            futures = [
                client.compute(read_blobs(url, blocksize="4 KiB")),
                *client.compute(list(validate_many(url))),
            ]
            check(futures, [future.key for future in futures])
            for future in futures:
                if (error := future.exception()) is not None:
                    check_error(error)
            check(client.run_on_scheduler(lambda dask_scheduler: repr(dask_scheduler.tasks)))
        with pytest.raises(SourceError):
            list(in_order(client, fail, [(planted(REFUSED),)]))
        check(_Step(fail, (planted(REFUSED),)), Part(planted(REFUSED), OPTIONS[0]))  # which older ones log
        check(client.get_worker_logs(), client.get_scheduler_logs())
    assert "Compute Failed" in caplog.text
    check(caplog.text)


def test_no_scheduler_is_said_without_a_secret() -> None:
    with pytest.raises(Ds3CodecError) as caught, connected(None, planted("nothing://host")):
        raise AssertionError
    check(str(caught.value))


COMMANDS = [
    *(("validate", "{}", "--format", form) for form in ("text", "json", "jsonl", "junit", "github", "sarif")),
    ("validate", "{}", "--workers", "1", "--format", "json"),
    ("validate", "{}", "--together", "--statistics"),
    ("validate", "--watch", "{0}"),
    ("summary", "{}"),
    ("summary", "{}", "--format", "json"),
    ("diff", "{0}", "{1}"),
    ("diff", "{0}", "{2}", "--format", "json"),
    ("convert", "{0}", "{1}", "-o", "{folder}/a.csv"),
    ("convert", "{0}", "{1}", "-o", "{folder}/a.parquet", "--workers", "1"),
    ("convert", "{0}", "{2}", "-o", "{folder}/b.parquet"),
    ("convert", "{0}", "{1}", "-o", "{folder}/c.xml"),
    ("convert", "{0}", "-o", "{2}"),
    ("convert", "{0}", "-o", "{2}.xml"),
    ("convert", "{table}", "-o", "{folder}/d.csv"),
    ("convert", "{table}", "{0}", "-o", "-", "--to", "jsonl"),
    ("convert", "{table}", "-o", "{folder}/g.xml"),
    ("convert", "{folder}/0.csv", "--job", "{2}", "-o", "{folder}/e.xml"),
    ("redact", "{0}", "-o", "-"),
    ("redact", "{2}", "-o", "{folder}/f.xml"),
    ("redact", "{0}", "-o", "{0}"),
    ("bench", "{0}"),
    ("generate", "-o", "{0}"),
    ("generate", "--objects", "{0}"),
    ("validate", "{0}", "--max-findings={0}"),
    ("validate", "{0}", "--scheduler", "{0}"),
    ("schema", "--of", "{0}"),
    ("{0}",),
]


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_shows_a_secret(command: tuple[str, ...], server: Server, tmp_path: Path) -> None:
    urls = [planted(f"{server.url}/{way}/a.xml") for way in ("ranges", "no-ranges", *WAYS[2:])]
    urls[2] = planted(f"{server.url}/dies/a.xml")
    (tmp_path / "0.csv").write_bytes(written(lambda sink: ds3codec.tables.write_csv(LARGE, sink)))
    table = written(lambda sink: ds3codec.tables.write_parquet(LARGE, sink))
    with serving(table) as tables:
        places = {"folder": tmp_path, "table": planted(f"{tables.url}/ranges/a.parquet")}
        arguments: list[str] = []
        for part in command:
            arguments += urls if part == "{}" else [part.format(*urls, **places)]
        done = run(*arguments)
    assert b"Traceback" not in done.stderr and (done.stdout or done.stderr or command[0] == "convert")
    check(done.stdout, done.stderr)
    for path in tmp_path.iterdir():
        check(path.name, path.read_bytes())
        if path.suffix == ".parquet":
            found = pq.read_table(path)
            check(found.to_pylist(), found.schema.metadata)
            assert set(found["input"].to_pylist()) >= {
                f"{server.url.replace('//', '//...@')}/ranges/a.xml?..."
            }


ODD_LINES = [
    f"Authorization AWS {WORD}:{WORD}",
    WORD,
    f"{WORD} {WORD}: {WORD}",
    f"Cookie {WORD}",
    f"X-Odd Name: {WORD}",
    f"Content-Length: {WORD}",
    f"Authorization:\x00{WORD}",
]


@pytest.mark.parametrize("line", ODD_LINES)
def test_an_odd_header_line_is_in_no_report_and_no_copy(line: str, tmp_path: Path) -> None:
    head = f"HTTP/1.1 200 OK\r\n{line}\r\n\r\n".encode()
    asked = f"GET /_rest_/job/{UUID} HTTP/1.1\r\n{line}\r\n\r\n".encode()
    path = tmp_path / "odd.http"
    path.write_bytes(asked + head + SAMPLE + f"\n{WORD}\n".encode() + head + SAMPLE + f"\n{line}\n".encode())
    for form in ("text", "json", "jsonl", "junit", "github", "sarif"):
        shown = run("validate", "--severity", "note", "--format", form, path)
        assert b"misrecorded" in shown.stdout or b"is not a header field" in shown.stdout
        check(shown.stdout, shown.stderr)
    for command in (("summary", path), ("redact", path, "-o", tmp_path / "copy.http")):
        shown = run(*command)
        check(shown.stdout, shown.stderr)
    check((tmp_path / "copy.http").read_bytes())
