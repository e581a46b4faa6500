"""Responses at URLs, on a real server and in fsspec's own places."""

from __future__ import annotations

import gzip
import sys
import threading
import traceback
import zipfile
from base64 import b64encode
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ds3codec import SourceError, decode, iter_blobs, validate
from ds3codec.errors import public_name
from ds3codec.remote import is_url
from tests.cli.command import run
from tests.decoding.test_pieces import PLAIN
from tests.examples import SAMPLE, chunk, job
from tests.servers import LARGE, serving

fsspec = pytest.importorskip("fsspec")


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


SECRET = "hunter2"


def with_secrets(url: str) -> str:
    """The URL with a user, a password, a query and a fragment."""
    return f"{url.replace('://', f'://{SECRET}:{SECRET}@')}?Signature={SECRET}&{SECRET}#{SECRET}"


def refused(url: str) -> SourceError:
    """The error for a URL; it has no secret, and none of others behind it."""
    with pytest.raises(SourceError) as caught:
        decode(url)
    error = caught.value
    assert error.__cause__ is None and error.__context__ is None
    assert SECRET not in f"{error!r} {''.join(traceback.format_exception(error))} {vars(error)}"
    assert str(error).startswith(f"cannot read {public_name(url)!r}: ")
    return error


@pytest.mark.parametrize(
    ("way", "kind", "reason"),
    [
        ("400", SourceError, "HTTP 400 Bad Request"),
        ("401", PermissionError, "HTTP 401 Unauthorized"),
        ("403", PermissionError, "HTTP 403 Forbidden"),
        ("404", FileNotFoundError, "there is nothing at this URL (HTTP 404 Not Found)"),
        ("410", FileNotFoundError, "there is nothing at this URL (HTTP 410 Gone)"),
        ("500", SourceError, "HTTP 500 Internal Server Error"),
        ("503", SourceError, "HTTP 503 Service Unavailable"),
        ("599", SourceError, "HTTP 599"),
        ("302", SourceError, "HTTP 302 Found"),  # to nowhere
        ("hangs-up", SourceError, "the connection ended too early"),
        ("resets", OSError, "Connection reset by peer"),
        ("silent", SourceError, "the server did not answer in time"),
        ("garbage", SourceError, "the server's answer is not HTTP"),
    ],
)
def test_an_error_says_what_the_server_said(
    way: str, kind: type[Exception], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ds3codec.remote._PATIENCE", 0.5)
    with serving() as server:
        error = refused(with_secrets(f"{server.url}/{way}/größe 数.xml"))
    assert str(error).endswith(f": {reason}")
    assert isinstance(error, kind)
    assert isinstance(error, FileNotFoundError) == (way in ("404", "410"))


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://127.0.0.1:9/a.xml", "Connection refused"),
        ("https://[::1]:9/a.xml", "Connection refused"),
        ("http://nosuch.invalid/a.xml", "the name of the server cannot be resolved"),
        ("http:///a.xml", "this is not a valid URL"),
        ("nosuch://host/a.xml", "fsspec does not know such URLs"),
        ("zip://a.xml::http://127.0.0.1:9/a.zip", "Connection refused"),
        ("file:///", "Is a directory"),
    ],
)
def test_what_cannot_be_opened_is_one_error(url: str, reason: str) -> None:
    error = refused(url)
    assert str(error).endswith(f": {reason}") and not isinstance(error, FileNotFoundError)
    refused(url.replace("://", f"://user:{SECRET}@") + f"?{SECRET}")


@pytest.mark.parametrize("way", ["dies", "dies-chunked"])
def test_a_server_that_dies_is_one_error_after_what_came(way: str) -> None:
    with serving() as server:
        got = 0
        with pytest.raises(SourceError) as caught:
            for _ in iter_blobs(with_secrets(f"{server.url}/{way}/a.xml")):
                got += 1
    half = len(LARGE) // 2
    assert got == LARGE[:half].count(b"/>") == caught.value.blobs_read
    assert f"the connection ended too early (after {half} bytes and {got} blobs" in str(caught.value)
    assert SECRET not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("way", ["no-head", "no-length", "encoded", "gzip", "all-as-range", "short-head"])
def test_a_response_is_read_from_any_server(way: str) -> None:
    with serving() as server:
        assert decode(with_secrets(f"{server.url}/{way}/größe 数.xml")) == decode(LARGE)
        assert [method for method, *_ in server.requests] == ["GET"]


def test_the_user_and_the_query_are_sent_where_they_belong() -> None:
    with serving() as server:
        decode(with_secrets(f"{server.url}/ranges/a.xml"))
        [(_, path, headers)] = server.requests
    assert path == f"/ranges/a.xml?Signature={SECRET}&{SECRET}"
    assert headers["authorization"] == f"Basic {b64encode(f'{SECRET}:{SECRET}'.encode()).decode()}"


def test_redirects_are_followed_and_their_targets_not_shown() -> None:
    with serving() as server:
        url = f"{server.url}/moved/a.xml"
        server.moved_to = with_secrets(f"{server.url}/ranges/a.xml")
        assert decode(url) == decode(LARGE)
        for target, reason in [
            (f"http://{SECRET}:{SECRET}@127.0.0.1:9/?{SECRET}", "Connection refused"),
            (f"ftp://{SECRET}@127.0.0.1/", "the server redirects to something that is not an HTTP URL"),
            (f"http://[{SECRET}", "the server redirects to something that is not an HTTP URL"),
            (f"/moved/{SECRET}", "the server redirects without end"),
            (with_secrets(f"{server.url}/403/a.xml"), "HTTP 403 Forbidden"),
        ]:
            server.moved_to = target
            assert str(refused(url)).endswith(f": {reason}")


def test_a_server_without_tls_is_no_place_for_https() -> None:
    with serving() as server:
        error = refused(with_secrets(f"{server.url.replace('http', 'https')}/ranges/a.xml"))
    assert str(error).endswith(": there is no secure connection to the server")


def test_what_fails_once_is_fine_the_next_time() -> None:
    with serving() as server:
        assert "HTTP 500" in str(refused(f"{server.url}/once-500/a.xml"))
        assert decode(f"{server.url}/once-500/a.xml") == decode(LARGE)


def test_a_response_in_an_archive_is_read_through_its_url(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.xml", SAMPLE)
    with serving((tmp_path / "a.zip").read_bytes()) as server:
        assert decode(f"zip://a.xml::{server.url}/ranges/a.zip?Signature={SECRET}") == decode(SAMPLE)
        with pytest.raises(SourceError, match="cannot read"):
            decode(f"zip://none.xml::{server.url}/ranges/a.zip")


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


def test_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(SourceError, match=r"pip install 'ds3codec\[tables\]'"):
        decode("s3://bucket/response.xml")
