"""What the tools themselves record of the appliance on loopback."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ds3codec import decode
from ds3codec.captures import Response, Tally, responses
from ds3codec.testing.appliance import Appliance

requests = pytest.importorskip("requests")

OBJECTS = 1500


@pytest.fixture
def url(ds3_appliance: Appliance) -> str:
    return f"{ds3_appliance.url}/_rest_/job/{ds3_appliance.add_large_job(OBJECTS)}"


def checked(path: Path, count: int, *, method: str | None = "GET") -> list[Response]:
    """Read the answers of a capture, which are all the same job, and others that are not."""
    tally, found = Tally(), []
    for response in responses(path, tally=tally):
        job = decode(response.body)
        assert sum(len(chunk.blobs) for chunk in job.chunks) == OBJECTS
        assert (response.status, response.method) == (200, method)
        assert response.url is not None
        assert job.job_id in response.url
        assert response.headers["content-type"] == "application/xml"
        found.append(response)
    assert len(found) == count
    assert tally.skipped
    return found


@contextmanager
def dumped(path: Path, port: str, *options: str) -> Iterator[None]:
    """Record the packets of a port on loopback."""
    if shutil.which("tcpdump") is None:
        pytest.skip("no tcpdump")
    command = ["tcpdump", "-i", "lo", "-U", "-w", str(path), *options, "port", port]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        said = process.stderr.readline()
        if b"listening" not in said:
            said += process.stderr.read()
        if b"ermission" in said or b"not permitted" in said:
            pytest.skip("only root may record packets")
        assert b"listening" in said, said
        yield
        time.sleep(1)  # what the kernel has is written then
        process.terminate()
        process.stderr.read()


def fetch(url: str) -> None:
    """Ask in the ways that clients do: kept alive, compressed, and for something else."""
    with requests.Session() as session:
        for address in (url, url.partition("/_rest_")[0] + "/nothing", url):
            session.get(address, timeout=30)


@pytest.mark.parametrize("options", [(), ("--time-stamp-precision=nano",)])
def test_tcpdump(options: tuple[str, ...], url: str, tmp_path: Path) -> None:
    path = tmp_path / "traffic.pcap"
    with dumped(path, url.split("/")[2].rpartition(":")[2], *options):
        fetch(url)
    first, second = checked(path, 2)
    assert first.time is not None
    assert second.time is not None
    assert first.time < second.time


@pytest.mark.parametrize("behaviour", [{"chunked": True}, {"compress": True}, {"close_delay": 0.0}])
def test_tcpdump_with_curl(
    behaviour: dict[str, bool], url: str, ds3_appliance: Appliance, tmp_path: Path
) -> None:
    if shutil.which("curl") is None:
        pytest.skip("no curl")
    path = tmp_path / "traffic.pcap"
    ds3_appliance.behave(**behaviour)
    with dumped(path, url.split("/")[2].rpartition(":")[2]):
        for address in (url, url.partition("/_rest_")[0] + "/nothing"):
            subprocess.run(["curl", "-s", "--compressed", "-o", "/dev/null", address], check=True)
    checked(path, 1)


def test_editcap_writes_pcapng(url: str, tmp_path: Path) -> None:
    if shutil.which("editcap") is None:
        pytest.skip("no editcap")
    path, other = tmp_path / "traffic.pcap", tmp_path / "traffic.pcapng"
    with dumped(path, url.split("/")[2].rpartition(":")[2]):
        fetch(url)
    subprocess.run(["editcap", "-F", "pcapng", str(path), str(other)], check=True)
    checked(other, 2)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("form", ["yaml", "json"])
def test_vcrpy(form: str, url: str, tmp_path: Path) -> None:
    vcr = pytest.importorskip("vcr")
    path = tmp_path / f"cassette.{form}"
    with vcr.use_cassette(str(path), serializer=form, allow_playback_repeats=False):
        fetch(url)
        requests.get(url, headers={"Accept-Encoding": "identity"}, timeout=30)
    checked(path, 3)


@pytest.mark.filterwarnings("ignore")
def test_betamax(url: str, tmp_path: Path) -> None:
    betamax = pytest.importorskip("betamax")
    with requests.Session() as session:
        recorder = betamax.Betamax(session, cassette_library_dir=str(tmp_path))
        with recorder.use_cassette("traffic", record="new_episodes"):
            session.get(url, timeout=30)
            session.get(url.partition("/_rest_")[0] + "/nothing", timeout=30)
    [found] = checked(tmp_path / "traffic.json", 1)
    assert found.time is not None


WARCIO = """
import sys
from warcio.capture_http import capture_http
import requests
with capture_http(sys.argv[1]):
    for url in sys.argv[2:]:
        requests.get(url)
"""


def test_warcio(url: str, tmp_path: Path) -> None:
    pytest.importorskip("warcio")
    path = tmp_path / "crawl.warc.gz"
    addresses = [url, url.partition("/_rest_")[0] + "/nothing", url]
    subprocess.run([sys.executable, "-c", WARCIO, path, *addresses], check=True)
    assert all(found.time is not None for found in checked(path, 2))


def test_wget(url: str, tmp_path: Path) -> None:
    if shutil.which("wget") is None:
        pytest.skip("no wget")
    command = ["wget", "-q", f"--warc-file={tmp_path / 'crawl'}", "-O", "/dev/null", url]
    subprocess.run([*command, url.partition("/_rest_")[0] + "/nothing"], check=False)
    checked(tmp_path / "crawl.warc.gz", 1)
