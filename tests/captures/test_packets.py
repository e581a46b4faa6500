"""Packet captures."""

from __future__ import annotations

import gzip
import struct
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ds3codec import JobReader, SourceError, TruncatedError, validate
from ds3codec.captures import Tally, connections, packets, responses
from tests.captures.examples import GET_JOB, LARGE, OTHER, SMALL, START, bodies, body, chunked
from tests.captures.made import (
    ACK,
    COOKED,
    COOKED_2,
    ETHERNET,
    FIN,
    LOOP,
    NULL,
    RAW,
    RST,
    SYN,
    Conversation,
    Exchange,
    Packet,
    block,
    captured,
    conversation,
    interface,
    ip,
    linked,
    pcap,
    pcapng,
    section,
)
from tests.examples import blob, chunk, job

ONE = Exchange("GET", f"http://nas{GET_JOB}", SMALL)
NOTHING = Exchange("GET", "http://nas/", OTHER)
MIDDLE = job(*(chunk(*(blob(Name=f"{number}/{name}") for name in range(9))) for number in range(9)))


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("nano", [False, True])
def test_both_orders_of_bytes_and_both_units_of_time_are_read(order: str, nano: bool) -> None:
    packets = [one._replace(time=1_700_000_000_123_456_789) for one in conversation([ONE])]
    found = next(responses([pcap(packets, order=order, nano=nano)]))
    assert body(found) == SMALL
    assert found.time is not None
    assert found.time.isoformat() == "2023-11-14T22:13:20.123456+00:00"


LINKS = [
    *({"link": link} for link in (ETHERNET, RAW, COOKED, COOKED_2, NULL, LOOP)),
    *({"link": link, "six": True} for link in (ETHERNET, RAW, COOKED, COOKED_2, NULL, LOOP)),
    *({"tags": 1}, {"tags": 2}, {"options": b"\1\1\1\1" * 3}, {"link": NULL, "order": ">"}),
]


@pytest.mark.parametrize("how", LINKS)
def test_every_usual_link_is_read(how: dict[str, Any]) -> None:
    assert bodies([pcap(conversation([ONE]), **how)]) == [SMALL]


def test_what_dpkt_makes_is_read(tmp_path: Path) -> None:
    dpkt = pytest.importorskip("dpkt")
    path = tmp_path / "made.pcapng"
    with path.open("wb") as file:
        writer = dpkt.pcapng.Writer(file, linktype=1)
        for one in conversation([ONE, NOTHING, ONE]):
            frame = dpkt.ethernet.Ethernet(linked(ip(one)))
            assert isinstance(frame.data.data, dpkt.tcp.TCP)
            frame.vlan_tags = [dpkt.ethernet.VLANtag8021Q(pri=0, id=5, type=0x0800)]
            writer.writepkt(bytes(frame), ts=one.time / 1e9)
    assert bodies(path) == [SMALL, SMALL]


def test_an_extension_header_of_ipv6_is_passed_over() -> None:
    packets = []
    for one in conversation([ONE]):
        plain = ip(one, six=True)
        head = struct.pack(">IHBB", 6 << 28, len(plain) - 40 + 16, 0, 64) + plain[8:40]
        packets.append(linked(head + b"\x3c\0" + bytes(6) + b"\x06\0" + bytes(6) + plain[40:]))
    assert bodies([section() + interface() + b"".join(captured(one, 0) for one in packets)]) == [SMALL]


def test_sections_and_interfaces_have_their_own_order_link_and_clock() -> None:
    packets = conversation([ONE])
    nano, binary = struct.pack("<HHBxxx", 9, 1, 9), struct.pack(">HHBxxx", 9, 1, 0x80 | 20)
    offset = struct.pack(">HHq", 14, 8, 1_000_000_000)
    parts = [section(), interface(RAW, options=nano), interface(ETHERNET), block(5, b"statistics")]
    for number, one in enumerate(packets[:4]):
        link = number % 2
        data = linked(ip(one), ETHERNET if link else RAW)
        parts.append(captured(data, one.time // (1000 if link else 1), link))
    parts += [section(">"), interface(COOKED, ">", binary + offset), block(0xBAD, b"unknown", ">")]
    for one in packets[4:]:
        ticks = (one.time - 10**18) * 2**20 // 10**9
        parts.append(captured(linked(ip(one), COOKED), ticks, order=">"))
    found = next(responses([b"".join(parts)]))
    assert body(found) == SMALL
    assert found.time is not None
    assert found.time.year == 2023


def test_packets_of_the_old_and_the_simple_kind_are_read() -> None:
    parts = [section(), interface(RAW)]
    for number, one in enumerate(conversation([ONE])):
        data = ip(one)
        simple = block(3, struct.pack("<I", len(data)) + data)
        old = block(2, struct.pack("<HHIIII", 0, 0, 0, 7, len(data), len(data)) + data)
        parts.append(simple if number % 2 else old)
    assert bodies([b"".join(parts)]) == [SMALL]


@given(st.data())
def test_segments_come_in_any_order_twice_and_overlapping(data: st.DataObject) -> None:
    """What the endpoints have received comes out, whatever the capture has of it more."""
    packets = list(_cut(conversation([ONE, NOTHING, ONE]), data))
    assert bodies([pcap(packets)]) == [SMALL, SMALL]


def _cut(packets: list[Packet], data: st.DataObject) -> Iterator[Packet]:
    """Cut segments anew, repeat them, and let neighbours that arrive together change places."""
    cut: list[Packet] = []
    for one in packets:
        at = data.draw(st.integers(0, len(one.data)))
        overlap = data.draw(st.integers(0, at))
        cut.append(one._replace(data=one.data[:at]) if one.data else one)
        if one.data:
            begin = at - overlap
            number = (one.number + begin) % (1 << 32)
            cut.append(one._replace(number=number, data=one.data[begin:]))
        if data.draw(st.booleans()):
            cut.append(one)
    for at in range(2, len(cut) - 1):
        if data.draw(st.booleans()):
            cut[at], cut[at + 1] = cut[at + 1], cut[at]
    yield from cut


def test_an_answer_that_is_captured_before_its_request_belongs_to_it() -> None:
    packets = conversation([ONE, Exchange("PUT", f"http://nas{START}", SMALL)])
    first = next(at for at, one in enumerate(packets) if one.data)
    packets[first], packets[first + 1] = packets[first + 1], packets[first]
    assert [one.method for one in responses([pcap(packets)])] == ["GET", "PUT"]


def test_connections_are_told_apart_and_answers_given_in_the_order_of_their_beginnings() -> None:
    one, two = Conversation(1), Conversation(2)
    for each in (one, two):
        each.send(False, ONE.request())
        each.send(True, Exchange("GET", "", LARGE if each is one else SMALL).response())
        each.end()
    mixed = [packet for pair in zip(one.packets, two.packets, strict=False) for packet in pair]
    mixed += one.packets[len(two.packets) :]
    found = [(body(each), each.origin) for each in responses([pcap(mixed)], name="x")]
    assert found == [(LARGE, "x#1"), (SMALL, "x#2")]


def test_answers_to_several_requests_that_were_sent_at_once_are_told_apart() -> None:
    one = Conversation()
    put = Exchange("PUT", f"http://nas{START}", SMALL)
    one.send(False, ONE.request() + NOTHING.request() + put.request())
    one.send(True, ONE.response() + NOTHING.response() + put.response())
    tally = Tally()
    assert [each.method for each in responses([pcap(one.end())], tally=tally)] == ["GET", "PUT"]
    assert tally.skipped == 1


HEAD = b"HTTP/1.1 200 OK\r\n"
FRAMINGS = {
    "chunked": HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(MIDDLE),
    "chunked, with a trailer": HEAD
    + b"Transfer-Encoding: chunked\r\n\r\n"
    + chunked(MIDDLE)[:-2]
    + b"X-Sum: 1\r\n\r\n",
    "compressed chunks": HEAD
    + b"Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n"
    + chunked(gzip.compress(MIDDLE), 100),
    "up to the end": HEAD + b"Connection: close\r\n\r\n" + MIDDLE,
    "behind an interim answer": b"HTTP/1.1 100 Continue\r\n\r\n" + Exchange("GET", "", MIDDLE).response(),
    "behind an odd head": HEAD + b"Odd Name: x\r\nContent-Length: %d\r\n\r\n" % len(MIDDLE) + MIDDLE,
}


@pytest.mark.parametrize("name", FRAMINGS)
@pytest.mark.parametrize("size", [1, 3, 1400, 60000])
def test_bodies_end_as_http_has_it_however_they_are_cut(name: str, size: int) -> None:
    one = Conversation(size=size)
    one.send(False, ONE.request())
    one.send(True, FRAMINGS[name])
    assert bodies([pcap(one.end())]) == [MIDDLE]


def test_what_has_no_body_has_none() -> None:
    one = Conversation()
    one.send(False, ONE.request().replace(b"GET", b"HEAD") + ONE.request())
    one.send(True, HEAD + b"Content-Length: 500\r\n\r\n" + Exchange("", "", b"", status=204).response())
    one.send(False, ONE.request())
    one.send(True, ONE.response())
    assert bodies([pcap(one.end())]) == [b"", SMALL]


def test_a_request_with_a_body_is_passed_over() -> None:
    one = Conversation()
    for framing in (
        b"Content-Length: 10\r\n\r\n<Objects/>",
        b"Transfer-Encoding: chunked\r\n\r\n" + chunked(SMALL),
    ):
        one.send(False, b"PUT %b HTTP/1.1\r\n" % START.encode() + framing)
        one.send(True, ONE.response())
    assert [each.url for each in responses([pcap(one.end())])] == [START, START]


def test_a_capture_may_begin_in_mid_connection() -> None:
    packets = conversation([Exchange("GET", f"http://nas{GET_JOB}", LARGE), ONE])
    found = list(responses([pcap(packets[20:])]))
    assert [(each.method, each.url) for each in found] == [("GET", GET_JOB)]


def test_the_blobs_before_a_lost_segment_are_given_and_then_which_bytes_are_missing() -> None:
    packets = conversation([Exchange("GET", f"http://nas{GET_JOB}", LARGE), ONE])
    lost = packets.pop(30)
    found = responses([pcap(packets)])
    blobs = 0
    with pytest.raises(TruncatedError) as caught, JobReader(next(found).body) as reader:
        for batch in reader:
            blobs += len(batch.blobs)
    assert blobs == LARGE[: LARGE.index(lost.data)].count(b"/>")
    begin = LARGE.index(lost.data)
    assert f"lacks 1,400 bytes, {begin:,} to {begin + 1399:,} of" in str(caught.value)
    second = next(found)
    assert (second.method, body(second)) == ("GET", SMALL)


def test_a_lost_segment_is_a_finding() -> None:
    packets = conversation([Exchange("GET", f"http://nas{GET_JOB}", LARGE)])
    del packets[30]
    [report] = [validate(each, select=["form"]) for each in responses([pcap(packets)])]
    assert [finding.rule for finding in report.findings] == ["truncated"]
    assert "the capture lacks 1,400 bytes" in report.findings[0].message


def test_packets_that_were_cut_say_how_to_record_them_whole() -> None:
    found = next(responses([pcap(conversation([ONE]), most=300)]))
    with pytest.raises(TruncatedError, match="cut when they were captured; record with -s 0"):
        body(found)


@pytest.mark.parametrize("ending", ["reset", "closed", "capture"])
def test_a_body_that_ends_too_early_is_truncated(ending: str) -> None:
    one = Conversation()
    one.send(False, ONE.request())
    one.send(True, ONE.response()[:-10])
    if ending == "reset":
        one.put(True, RST | ACK)
    elif ending == "closed":
        one.end()
    found = next(responses([pcap(one.packets)]))
    with pytest.raises(TruncatedError, match=f"after {len(SMALL) - 10} bytes of an HTTP body"):
        body(found)


def test_a_capture_that_ends_within_a_packet_gives_what_is_before() -> None:
    found = responses([pcap(conversation([ONE]) + conversation([ONE]))[:-7]])
    assert body(next(found)) == SMALL
    with pytest.raises(SourceError, match="it ends within a packet"):
        list(found)


def test_repeated_last_segments_of_a_connection_that_has_ended_are_no_new_one() -> None:
    packets = conversation([ONE])
    assert bodies([pcap(packets + packets[-4:])]) == [SMALL]


def test_ports_are_used_again() -> None:
    again = Conversation(first=77_000)
    again.exchange(ONE)
    assert bodies([pcap(conversation([ONE]) + again.end())]) == [SMALL, SMALL]


def test_a_keep_alive_probe_is_no_data() -> None:
    packets = conversation([ONE, ONE])
    at = next(at for at, one in enumerate(packets) if one.data)
    probe = packets[at]._replace(number=packets[at].number - 1, data=b"\0", flags=ACK)
    assert bodies([pcap([*packets[: at + 1], probe, *packets[at + 1 :]])]) == [SMALL, SMALL]


def encrypted(port: int = 443) -> list[Packet]:
    one = Conversation(port)
    one.send(False, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc" + bytes(500))
    one.send(True, b"\x16\x03\x03\x00\x7a" + bytes(300))
    return one.end()


def test_encrypted_connections_are_said_to_be_so_with_what_helps() -> None:
    with pytest.raises(SourceError, match=r"1 of its connections are encrypted with TLS.*mitmdump"):
        list(responses([pcap(encrypted())]))
    with pytest.raises(SourceError, match="encrypted"):
        list(responses([pcap(encrypted() + conversation([NOTHING]))]))
    assert bodies([pcap(encrypted() + conversation([ONE]))]) == [SMALL]


def test_what_a_proxy_tunnels_is_not_read() -> None:
    one = Conversation()
    one.send(False, b"CONNECT nas:443 HTTP/1.1\r\n\r\n")
    one.send(True, b"HTTP/1.1 200 Connection established\r\n\r\n")
    one.send(False, b"\x16\x03\x01" + bytes(100))
    one.send(True, ONE.response())
    with pytest.raises(SourceError, match=r"encrypted|no HTTP"):
        list(responses([pcap(one.end())]))


NONE = [
    (pcap([]), "it contains no TCP"),
    (pcap(conversation([])), "it contains no HTTP"),
    (pcap([], link=147) + pcap(conversation([ONE]), link=147)[24:], r"link type \(147\) is not known"),
]


@pytest.mark.parametrize(("data", "words"), NONE)
def test_a_capture_without_http_says_so(data: bytes, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        list(responses([data]))


def test_a_capture_without_jobs_counts_what_it_has() -> None:
    tally = Tally()
    assert list(responses([pcap(conversation([NOTHING, NOTHING]))], tally=tally)) == []
    assert tally.skipped == 2


def test_http_2_is_named() -> None:
    one = Conversation()
    one.send(False, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0")
    with pytest.raises(SourceError, match="HTTP/2"):
        list(responses([pcap(one.end())]))


def test_whoever_stops_early_gets_the_next_answer_all_the_same() -> None:
    found = responses([pcapng(conversation([Exchange("GET", f"http://nas{GET_JOB}", LARGE), ONE]))])
    assert next(iter(next(found).body))
    assert body(next(found)) == SMALL


def test_syn_and_fin_may_carry_data() -> None:
    one = Conversation()
    one.packets.clear()
    one.numbers = [5, 9]
    one.put(False, SYN, ONE.request())
    one.put(True, SYN | ACK)
    one.put(True, FIN | ACK, ONE.response())
    one.put(False, FIN | ACK)
    assert bodies([pcap(one.packets)]) == [SMALL]


@pytest.mark.full
def test_memory_follows_neither_what_is_not_ours_nor_what_is_read() -> None:
    """An answer of a job and one of an object are mixed, and both are large."""
    size = 12_000_000
    document = (
        LARGE[: LARGE.index(b"<Object ")] + b"<Object/>" * (size // 9) + b"</Objects></MasterObjectList>"
    )

    junk = bytes(len(document))

    def pieces() -> Iterator[bytes]:
        ours, other = Conversation(1, first=5), Conversation(2, first=7)
        yield pcap([])
        for one, target in ((ours, GET_JOB), (other, "/bucket/object")):
            one.send(False, f"GET {target} HTTP/1.1\r\n\r\n".encode())
            one.send(True, b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(document))
        for start in range(0, len(document), 1400):
            for one in (ours, other):
                one.send(True, document[start : start + 1400] if one is ours else junk[start : start + 1400])
                yield pcap(one.packets)[24:]
                one.packets.clear()

    data = pieces()
    tracemalloc.start()
    try:
        found = responses(data)
        read = sum(map(len, next(found).body))
        assert list(found) == []
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert read == len(document)
    assert peak < 6_000_000


def test_answers_that_wait_for_another_are_kept_in_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packets, "_IN_MEMORY", 1000)
    first, second = Conversation(1), Conversation(2)
    for one in (first, second):
        one.send(False, ONE.request())
        one.send(True, Exchange("GET", "", LARGE).response())
        one.end()
    mixed = [*first.packets[:10], *second.packets, *first.packets[10:]]
    assert bodies([pcap(mixed)]) == [LARGE, LARGE]
    monkeypatch.setattr(packets, "_MOST_FILES", 0)
    with pytest.raises(SourceError, match="more answers are sent at once"):
        bodies([pcap(mixed)])


def test_what_waits_for_a_lost_segment_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "_MOST_HELD", 5000)
    packets_of = conversation([Exchange("GET", f"http://nas{GET_JOB}", LARGE), ONE])
    del packets_of[30]
    never = [one._replace(seen=packets_of[0].number) for one in packets_of]  # nobody has received it
    found = responses([pcap(never)])
    with pytest.raises(TruncatedError, match="lacks 1,400 bytes"):
        body(next(found))
    assert body(next(found)) == SMALL


def test_so_many_connections_are_followed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "_MOST_CONNECTIONS", 3)
    open_ones = [Conversation(port) for port in range(1, 6)]
    mixed = []
    for one in open_ones:
        one.send(False, ONE.request())
        mixed += one.packets
    for one in open_ones[-1:]:
        one.packets.clear()
        one.send(True, ONE.response())
        mixed += one.packets
    assert bodies([pcap(mixed)]) == [SMALL]
