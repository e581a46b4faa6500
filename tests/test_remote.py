"""Responses at URLs, on a real server and in fsspec's own places."""

from __future__ import annotations

import gzip
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import fsspec
import pytest

from ds3codec import SourceError, decode, iter_blobs, validate
from ds3codec.remote import is_url, without_credentials
from tests.cli.command import run
from tests.decoding.test_feed import PLAIN
from tests.examples import SAMPLE, chunk, job


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """A server on loopback with a few responses."""
    (tmp_path / "response.xml").write_bytes(SAMPLE)
    (tmp_path / "response.xml.gz").write_bytes(gzip.compress(SAMPLE))
    (tmp_path / "large.xml").write_bytes(job(chunk(*PLAIN * 100)))
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path))) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_address[1]}"
        running.shutdown()


def test_a_response_is_read_from_a_server(server: str) -> None:
    assert decode(f"{server}/response.xml") == decode(SAMPLE)
    assert decode(f"{server}/response.xml.gz") == decode(SAMPLE)
    assert sum(1 for _ in iter_blobs(f"{server}/large.xml")) == len(PLAIN) * 100
    assert validate(f"{server}/response.xml").ok


def test_files_and_memory_are_urls_too(tmp_path: Path) -> None:
    (tmp_path / "response.xml").write_bytes(SAMPLE)
    assert decode(f"file://{tmp_path}/response.xml") == decode(SAMPLE)
    with fsspec.open("memory://captures/response.xml", "wb") as file:
        file.write(SAMPLE)
    assert decode("memory://captures/response.xml") == decode(SAMPLE)


def test_what_is_not_there_is_a_missing_file(server: str) -> None:
    for url in (f"{server}/none.xml", "memory://none.xml", "file:///none/response.xml"):
        with pytest.raises(FileNotFoundError, match="there is nothing at this URL"):
            decode(url)
        with pytest.raises(SourceError):
            decode(url)


@pytest.mark.parametrize("url", ["nosuch://host/a.xml", "http://127.0.0.1:9/a.xml"])
def test_what_cannot_be_opened_is_one_error(url: str) -> None:
    with pytest.raises(SourceError, match="cannot read") as caught:
        decode(url)
    assert "\n" not in str(caught.value)


SECRET = "hunter2"


@pytest.mark.parametrize(
    "url", [f"http://user:{SECRET}@127.0.0.1:9/a.xml", f"http://127.0.0.1:9/a.xml?Signature={SECRET}"]
)
def test_credentials_in_a_url_are_not_shown(url: str) -> None:
    with pytest.raises(SourceError) as caught:
        decode(url)
    assert SECRET not in f"{caught.value!r} {caught.value} {caught.value.__cause__}"
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("s3://bucket/key", "s3://bucket/key"),
        ("s3://key:secret@bucket/key", "s3://...@bucket/key"),
        ("https://host/a?b=c#d", "https://host/a?..."),
    ],
)
def test_a_url_is_shown_without_credentials(url: str, shown: str) -> None:
    assert is_url(url)
    assert without_credentials(url) == shown


@pytest.mark.parametrize(
    "path", ["response.xml", "C:\\a.xml", "c:/a.xml", "a/b://c", b"http://a", Path("http://a")]
)
def test_paths_are_no_urls(path: object) -> None:
    assert not is_url(path)


def test_the_command_line_takes_urls(server: str) -> None:
    result = run("validate", f"{server}/response.xml")
    assert (result.returncode, result.stderr) == (0, b"")
    assert f"{server}/response.xml: nothing found".encode() in result.stdout
    missing = run("validate", f"{server}/none.xml")
    assert (missing.returncode, missing.stderr.count(b"\n")) == (2, 1)


def test_a_server_that_dies_is_one_error_after_what_came(server: str, tmp_path: Path) -> None:
    class Dying(Quiet):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(10**9))
            self.end_headers()
            self.wfile.write(job(chunk(*PLAIN * 20))[:-100])

    with ThreadingHTTPServer(("127.0.0.1", 0), Dying) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{running.server_address[1]}/a.xml?Signature={SECRET}"
        got = 0
        with pytest.raises(SourceError, match="cannot read") as caught:
            for _ in iter_blobs(url):
                got += 1
        running.shutdown()
    assert got == caught.value.blobs_read > 1000
    assert SECRET not in f"{caught.value!r} {caught.value} {caught.value.__cause__}"


def test_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(SourceError, match=r"pip install 'ds3codec\[remote\]'"):
        decode("s3://bucket/response.xml")
