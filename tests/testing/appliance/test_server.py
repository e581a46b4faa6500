"""The appliance's HTTP: well and badly, on real sockets."""

from __future__ import annotations

import gzip
import http.client
import re
import socket
import threading
import time
import tracemalloc
from urllib.parse import urlsplit

import pytest

from ds3codec import iter_blobs
from ds3codec.testing.appliance import Appliance

from .client import ask, listed

GET = "/_rest_/bucket/archive?operation=start_bulk_get"


def job_of(appliance: Appliance) -> str:
    appliance.add_bucket("archive", {"a": 10})
    return ask(appliance, "PUT", GET, listed("a")).job.job_id


def raw(appliance: Appliance, data: bytes) -> bytes:
    """What comes back for some bytes, until the connection is closed."""
    address = urlsplit(appliance.url)
    with socket.create_connection((address.hostname, address.port), timeout=120) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_it_answers_badly_as_it_is_told(ds3_appliance: Appliance) -> None:
    target = f"/_rest_/job/{job_of(ds3_appliance)}"
    good = ask(ds3_appliance, "GET", target)

    ds3_appliance.behave(times=1, error=(503, "ServiceUnavailable"))
    assert ask(ds3_appliance, "GET", target).status == 503
    assert ask(ds3_appliance, "GET", target).body == good.body

    ds3_appliance.behave(redirect_to="http://elsewhere/")
    answer = ask(ds3_appliance, "GET", target)
    assert (answer.status, answer.headers["location"]) == (307, f"http://elsewhere{target}")

    ds3_appliance.behave(compress=True)
    answer = ask(ds3_appliance, "GET", target)
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(answer.body) == good.body

    ds3_appliance.behave(chunked=True)
    answer = ask(ds3_appliance, "GET", target)
    assert (answer.headers["transfer-encoding"], answer.body) == ("chunked", good.body)

    ds3_appliance.behave(die_after=100)
    with pytest.raises(http.client.IncompleteRead) as caught:
        ask(ds3_appliance, "GET", target)
    assert caught.value.partial == good.body[:100]

    ds3_appliance.behave()
    assert ask(ds3_appliance, "GET", target).body == good.body


def test_it_is_slow_as_it_is_told(ds3_appliance: Appliance) -> None:
    target = f"/_rest_/job/{job_of(ds3_appliance)}"
    size = len(ask(ds3_appliance, "GET", target).body)
    for behaviour in ({"bytes_per_second": 2 * size}, {"delay": 0.4}, {"close_delay": 0.4}):
        ds3_appliance.behave(**behaviour)
        start = time.monotonic()
        assert len(raw(ds3_appliance, f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())) > size
        assert time.monotonic() - start > 0.35


def test_a_connection_takes_several_requests(ds3_appliance: Appliance) -> None:
    request = b"GET /_rest_/job/x HTTP/1.1\r\nHost: x\r\n\r\n"
    assert raw(ds3_appliance, request * 3).count(b"HTTP/1.1 400") == 3
    assert raw(ds3_appliance, request.replace(b"GET", b"HEAD")).endswith(b"\r\n\r\n")


def test_a_client_that_asks_first_is_told_to_go_on(ds3_appliance: Appliance) -> None:
    ds3_appliance.add_bucket("archive", {"a": 10})
    body = listed("a")
    head = f"PUT {GET} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: {len(body)}\r\n\r\n"
    answer = raw(ds3_appliance, head.encode() + body)
    assert answer.startswith(b"HTTP/1.1 ")
    assert b"<MasterObjectList" in answer


@pytest.mark.parametrize("data", [b"hello\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"\x00\x01"])
def test_what_is_no_http_is_refused(ds3_appliance: Appliance, data: bytes) -> None:
    assert raw(ds3_appliance, data)[:12] in (b"HTTP/1.1 400", b"")
    assert ask(ds3_appliance, "GET", "/").status == 501


def test_clients_are_served_at_once_and_the_end_frees_the_port() -> None:
    with Appliance() as appliance:
        target = f"/_rest_/job/{job_of(appliance)}"
        appliance.behave(delay=1)
        start = time.monotonic()
        threads = [threading.Thread(target=ask, args=(appliance, "GET", target)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert time.monotonic() - start < 8
        port = urlsplit(appliance.url).port
    with Appliance(port=port or 0):
        pass


def test_a_large_job_comes_in_constant_memory(ds3_appliance: Appliance) -> None:
    job = ds3_appliance.add_large_job(20_000, chunk_objects=100)
    for method, target in (
        ("GET", f"/_rest_/job/{job}"),
        ("PUT", f"/_rest_/job/{job}?name=changed"),
        ("GET", f"/_rest_/job_chunk?job={job}"),
    ):
        answer = ask(ds3_appliance, method, target)
        assert answer.report.ok
        assert sum(1 for _ in iter_blobs(answer.body)) == 20_000
    assert ds3_appliance.job(job).name == "changed"
    assert ask(ds3_appliance, "GET", f"/_rest_/job_chunk/{job}").status == 501
    address = urlsplit(ds3_appliance.url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port)
    connection.request("GET", f"/_rest_/job/{job}")
    response = connection.getresponse()
    tracemalloc.start()
    count = sum(1 for _ in iter_blobs(response))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    connection.close()
    assert (count, peak < 6_000_000) == (20_000, True)


def test_threads_end_with_their_connections(ds3_appliance: Appliance) -> None:
    before = threading.active_count()
    for _ in range(30):
        ask(ds3_appliance, "GET", "/")
    for _ in range(1000):
        if len(ds3_appliance._server._threads) == 1:  # that which accepts connections
            break
        time.sleep(0.01)
    assert (len(ds3_appliance._server._threads), threading.active_count()) == (1, before)


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
def test_it_serves_on_ipv6() -> None:
    with Appliance(host="::1") as appliance:
        assert appliance.url.startswith("http://[::1]:")
        target = f"/_rest_/job/{job_of(appliance)}"
        answer = ask(appliance, "GET", target)
        assert (answer.status, answer.job.nodes[0].end_point) == (200, "::1")


@pytest.mark.parametrize("host", ["no.such.host.invalid", "a" * 64, "a..b", "\ud800"])
def test_a_name_that_stands_for_no_address_is_named(host: str) -> None:
    with pytest.raises(socket.gaierror, match=re.escape(repr(host))), Appliance(host=host):
        raise AssertionError
