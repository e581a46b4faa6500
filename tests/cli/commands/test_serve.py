"""The command `serve`, asked by a real client."""

from __future__ import annotations

import re
import signal
import socket
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from ds3codec import iter_blobs

from ..command import run, started


def test_it_serves_a_large_job_until_it_is_interrupted() -> None:
    process = started("serve", "--objects", "200", "--bucket", "mine", "--api-version", "5.4")
    assert process.stdout is not None
    assert process.stderr is not None
    url = process.stdout.readline().decode().split()[-1]
    job = re.findall("job ([-0-9a-f]*) has 200 objects", process.stdout.readline().decode())[0]
    with urlopen(f"{url}/_rest_/job/{job}") as response:  # noqa: S310  (on loopback)
        assert sum(1 for _ in iter_blobs(response)) == 200
    process.send_signal(signal.SIGINT)
    assert (process.wait(120), process.stderr.read()) == (0, b"")
    process.stdout.close()
    process.stderr.close()


def test_it_asks_for_signatures_where_it_is_told_to() -> None:
    result = run("serve", "--signed", DS3_ACCESS_KEY="")
    assert (result.returncode, result.stdout, result.stderr.count(b"\n")) == (2, b"", 1)
    assert b"DS3_SECRET_KEY" in result.stderr


def test_a_port_that_is_taken_and_a_version_that_is_none_are_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = run("serve", "--port", taken.getsockname()[1])
    assert (result.returncode, result.stdout, result.stderr.count(b"\n")) == (2, b"", 1)
    assert b"cannot listen at 127.0.0.1" in result.stderr
    for host in ("no.such.host.invalid", "::2"):
        result = run("serve", "--host", host)
        assert (result.returncode, result.stdout, result.stderr.count(b"\n")) == (2, b"", 1)
        assert b"Unknown error" not in result.stderr
    assert b"'no.such.host.invalid' has no address" in run("serve", "--host", "no.such.host.invalid").stderr
    assert b"is not an API version" in run("serve", "--api-version", "2.0").stderr


def test_a_signed_server_refuses_who_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DS3_ACCESS_KEY", "user")
    monkeypatch.setenv("DS3_SECRET_KEY", "secret")
    process = started("serve", "--signed")
    assert process.stdout is not None
    url = process.stdout.readline().decode().split()[-1]
    with pytest.raises(HTTPError, match="403"):
        urlopen(f"{url}/_rest_/job/x")  # noqa: S310  (on loopback)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=120)
