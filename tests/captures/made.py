"""The same exchanges as each recorder writes them."""

from __future__ import annotations

import base64
import io
import json
import struct
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

CLIENT = b"\x0a\x00\x00\x01"
SERVER = b"\x0a\x00\x00\x02"
FIN, SYN, RST, PUSH, ACK = 1, 2, 4, 8, 16
ETHERNET, RAW, COOKED, COOKED_2, NULL, LOOP = 1, 101, 113, 276, 0, 108


class Exchange(NamedTuple):
    """A request and its answer."""

    method: str
    url: str
    body: bytes
    status: int = 200
    fields: tuple[tuple[str, str], ...] = (("Content-Type", "application/xml"),)

    @property
    def target(self) -> str:
        return self.url.removeprefix("http://nas")

    def request(self) -> bytes:
        return f"{self.method} {self.target} HTTP/1.1\r\nHost: nas\r\n\r\n".encode()

    def response(self) -> bytes:
        fields = "".join(f"{name}: {value}\r\n" for name, value in self.fields)
        head = f"HTTP/1.1 {self.status} Said\r\n{fields}Content-Length: {len(self.body)}\r\n\r\n"
        return head.encode() + self.body


# Packets.


class Packet(NamedTuple):
    """A TCP segment; which way it goes, and when, in nanoseconds."""

    is_back: bool
    number: int
    seen: int
    flags: int
    data: bytes
    time: int = 1_700_000_000_000_000_000
    port: int = 4711


class Conversation:
    """Makes the packets of one connection."""

    def __init__(self, port: int = 4711, *, first: int = 1000, size: int = 1400) -> None:
        self.port = port
        self.size = size
        self.packets: list[Packet] = []
        self.numbers = [first, 0xFFFFFF00]  # which soon wrap
        self.put(False, SYN)
        self.put(True, SYN | ACK)

    def put(self, is_back: bool, flags: int = ACK, data: bytes = b"") -> None:
        number, seen = self.numbers[is_back], self.numbers[not is_back]
        time = 1_700_000_000_000_000_000 + 1_000_000 * len(self.packets)
        seen %= 1 << 32
        self.packets.append(Packet(is_back, number % (1 << 32), seen, flags, data, time, self.port))
        self.numbers[is_back] += len(data) + bool(flags & (SYN | FIN))

    def send(self, is_back: bool, data: bytes) -> None:
        for start in range(0, len(data), self.size):
            self.put(is_back, ACK | PUSH, data[start : start + self.size])

    def exchange(self, one: Exchange) -> None:
        self.send(False, one.request())
        self.send(True, one.response())

    def end(self) -> list[Packet]:
        self.put(True, FIN | ACK)
        self.put(False, FIN | ACK)
        return self.packets


def ip(packet: Packet, *, six: bool = False, options: bytes = b"") -> bytes:
    """A packet from the network's protocol on."""
    ports = (packet.port, 80)[:: -1 if packet.is_back else 1]
    offset = (5 + len(options) // 4) << 4
    tcp = struct.pack(">HHIIBBHHH", *ports, packet.number, packet.seen, offset, packet.flags, 9000, 0, 0)
    tcp += options + packet.data
    ends = (CLIENT, SERVER)[:: -1 if packet.is_back else 1]
    if six:
        return (
            struct.pack(">IHBB", 6 << 28, len(tcp), 6, 64) + b"".join(12 * b"\0" + one for one in ends) + tcp
        )
    return struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 1, 0x4000, 64, 6, 0) + b"".join(ends) + tcp


def linked(packet: bytes, link: int = ETHERNET, *, tags: int = 0, order: str = "<") -> bytes:
    """A packet as it is on a link."""
    protocol = 0x86DD if packet[0] >> 4 == 6 else 0x0800
    if link == ETHERNET:
        tagged = b"".join(b"\x81\x00\x00\x07" for _ in range(tags))
        return 12 * b"\xaa" + tagged + struct.pack(">H", protocol) + packet
    if link == COOKED:
        return struct.pack(">HHH8sH", 0, 1, 6, 8 * b"\xaa", protocol) + packet
    if link == COOKED_2:
        return struct.pack(">HHIHBB8s", protocol, 0, 1, 1, 0, 6, 8 * b"\xaa") + packet
    if link in (NULL, LOOP):
        return struct.pack((">" if link == LOOP else order) + "I", 30 if protocol == 0x86DD else 2) + packet
    return packet


def pcap(
    packets: list[Packet],
    *,
    link: int = ETHERNET,
    order: str = "<",
    nano: bool = False,
    most: int = 65535,
    **how: Any,
) -> bytes:
    """A capture as tcpdump writes it, with so many bytes of each packet at most."""
    six, tags = how.pop("six", False), how.pop("tags", 0)
    parts = [struct.pack(order + "IHHiIII", 0xA1B23C4D if nano else 0xA1B2C3D4, 2, 4, 0, 0, most, link)]
    for packet in packets:
        data = linked(ip(packet, six=six, **how), link, tags=tags, order=order)
        seconds, rest = divmod(packet.time, 1_000_000_000)
        sizes = (len(data[:most]), len(data))
        parts.append(
            struct.pack(order + "IIII", seconds, rest if nano else rest // 1000, *sizes) + data[:most]
        )
    return b"".join(parts)


def block(kind: int, data: bytes, order: str = "<") -> bytes:
    """A block of pcapng."""
    data += bytes(-len(data) % 4)
    size = struct.pack(order + "I", len(data) + 12)
    return struct.pack(order + "I", kind) + size + data + size


def section(order: str = "<") -> bytes:
    return block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1), order)


def interface(link: int = ETHERNET, order: str = "<", options: bytes = b"") -> bytes:
    return block(1, struct.pack(order + "HHI", link, 0, 0) + options, order)


def captured(data: bytes, time: int, number: int = 0, order: str = "<") -> bytes:
    """An enhanced packet; the time in units of its interface."""
    head = struct.pack(order + "IIIII", number, time >> 32, time & 0xFFFFFFFF, len(data), len(data))
    return block(6, head + data, order)


def pcapng(packets: list[Packet], order: str = "<") -> bytes:
    parts = [section(order), interface(order=order)]
    parts += [captured(linked(ip(one)), one.time // 1000, order=order) for one in packets]
    return b"".join(parts)


def conversation(exchanges: list[Exchange]) -> list[Packet]:
    one = Conversation()
    for each in exchanges:
        one.exchange(each)
    return one.end()


# Archives of proxies, crawlers and tests.


def har(exchanges: list[Exchange]) -> bytes:
    entries = [
        {
            "startedDateTime": "2026-03-14T09:26:53.589Z",
            "request": {"method": one.method, "url": one.url},
            "response": {
                "status": one.status,
                "headers": [{"name": name, "value": value} for name, value in one.fields],
                "content": {"encoding": "base64", "text": base64.b64encode(one.body).decode()},
            },
        }
        for one in exchanges
    ]
    return json.dumps({"log": {"version": "1.2", "entries": entries}}).encode()


def cassette(exchanges: list[Exchange]) -> bytes:
    """As VCR.py writes it."""
    parts = ["interactions:\n"]
    for one in exchanges:
        headers = "".join(f"      {name}:\n      - {value}\n" for name, value in one.fields)
        coded = base64.b64encode(one.body).decode()
        parts.append(
            f"- request:\n    body: null\n    headers: {{}}\n    method: {one.method}\n    uri: {one.url}\n"
            f"  response:\n    body:\n      string: !!binary |\n        {coded}\n    headers:\n{headers}"
            f"    status:\n      code: {one.status}\n      message: OK\n"
        )
    return "".join([*parts, "version: 1\n"]).encode()


def betamax(exchanges: list[Exchange]) -> bytes:
    interactions = [
        {
            "recorded_at": "2026-03-14T09:26:53",
            "request": {"method": one.method, "uri": one.url, "headers": {}, "body": {"string": ""}},
            "response": {
                "status": {"code": one.status, "message": "OK"},
                "headers": {name: [value] for name, value in one.fields},
                "body": {"encoding": None, "base64_string": base64.b64encode(one.body).decode()},
            },
        }
        for one in exchanges
    ]
    return json.dumps({"http_interactions": interactions, "recorded_with": "betamax/0.9.0"}).encode()


def charles(exchanges: list[Exchange]) -> bytes:
    return json.dumps(
        [
            {
                "status": "COMPLETE",
                "method": one.method,
                "protocolVersion": "HTTP/1.1",
                "scheme": "http",
                "host": "nas",
                "path": one.target.partition("?")[0],
                "query": one.target.partition("?")[2] or None,
                "times": {"start": "2026-03-14T10:26:53.589+01:00"},
                "response": {
                    "status": one.status,
                    "header": {"headers": [{"name": name, "value": value} for name, value in one.fields]},
                    "body": {"encoding": "base64", "encoded": base64.b64encode(one.body).decode()},
                },
            }
            for one in exchanges
        ]
    ).encode()


def burp(exchanges: list[Exchange]) -> bytes:
    parts = [
        '<?xml version="1.0"?>\n<!DOCTYPE items [\n<!ELEMENT items (item*)>\n]>\n'
        '<items burpVersion="2026.1">\n'
    ]
    for one in exchanges:
        request, response = (base64.b64encode(data).decode() for data in (one.request(), one.response()))
        parts.append(
            f"<item><time>Sat Mar 14 09:26:53 UTC 2026</time><url><![CDATA[{one.url}]]></url>"
            f'<request base64="true"><![CDATA[{request}]]></request><status>{one.status}</status>'
            f'<response base64="true"><![CDATA[{response}]]></response><comment></comment></item>\n'
        )
    return "".join([*parts, "</items>\n"]).encode()


def record(kind: str, number: int, partner: int | None, url: str, data: bytes) -> bytes:
    """A record of WARC."""
    concurrent = "" if partner is None else f"WARC-Concurrent-To: <urn:uuid:{partner}>\r\n"
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{number}>\r\n{concurrent}"
        f"WARC-Target-URI: {url}\r\nWARC-Date: 2026-03-14T09:26:53Z\r\nContent-Length: {len(data)}\r\n\r\n"
    )
    return head.encode() + data + b"\r\n\r\n"


def warc(exchanges: list[Exchange], *, request_first: bool = False) -> bytes:
    parts = [record("warcinfo", 0, None, "", b"software: test\r\n")]
    for number, one in enumerate(exchanges, 1):
        request = record("request", 2 * number, 2 * number + 1, one.url, one.request())
        response = record("response", 2 * number + 1, None, one.url, one.response())
        parts += [request, response] if request_first else [response, request]
    return b"".join(parts)


def netstring(value: object) -> bytes:
    """A value as mitmproxy writes it."""
    if isinstance(value, dict):
        data, kind = b"".join(netstring(one) for pair in value.items() for one in pair), b"}"
    elif isinstance(value, list):
        data, kind = b"".join(map(netstring, value)), b"]"
    elif isinstance(value, bytes):
        data, kind = value, b","
    elif isinstance(value, str):
        data, kind = value.encode(), b";"
    elif isinstance(value, bool):
        data, kind = str(value).lower().encode(), b"!"
    elif value is None:
        data, kind = b"", b"~"
    else:
        data, kind = str(value).encode(), b"^" if isinstance(value, float) else b"#"
    return b"%d:%b%b" % (len(data), data, kind)


def flows(exchanges: list[Exchange]) -> bytes:
    return b"".join(
        netstring(
            {
                "version": 21,
                "type": "http",
                "websocket": None,
                "request": {
                    "method": one.method.encode(),
                    "scheme": b"http",
                    "host": "nas",
                    "port": 80,
                    "path": one.target.encode(),
                },
                "response": {
                    "status_code": one.status,
                    "headers": [[name.encode(), value.encode()] for name, value in one.fields],
                    "content": one.body,
                    "timestamp_start": 1773480413.589,
                },
            }
        )
        for one in exchanges
    )


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def tarred(files: dict[str, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


def sessions(exchanges: list[Exchange]) -> Iterator[tuple[str, bytes]]:
    """The files of Fiddler's archive."""
    yield "[Content_Types].xml", b'<?xml version="1.0"?><Types/>'
    yield "_index.htm", b"<html/>"
    for number, one in enumerate(exchanges, 1):
        times = b'<Session><SessionTimers ServerBeginResponse="2026-03-14T10:26:53.5890000+01:00"/></Session>'
        yield f"raw/{number:02}_c.txt", one.request().replace(one.target.encode(), one.url.encode(), 1)
        yield f"raw/{number:02}_m.xml", b'<?xml version="1.0"?>' + times
        yield f"raw/{number:02}_s.txt", one.response()


def raw(exchanges: list[Exchange]) -> bytes:
    return b"".join(one.request() + one.response() for one in exchanges)


FORMATS: dict[str, Callable[[list[Exchange]], bytes]] = {
    "raw.http": raw,
    "traffic.har": har,
    "traffic.pcap": lambda exchanges: pcap(conversation(exchanges)),
    "traffic.pcapng": lambda exchanges: pcapng(conversation(exchanges)),
    "cassette.yaml": cassette,
    "betamax.json": betamax,
    "session.chlsj": charles,
    "items.xml": burp,
    "crawl.warc": warc,
    "flows.mitm": flows,
    "session.saz": lambda exchanges: zipped(dict(sessions(exchanges))),
    "captures.zip": lambda exchanges: zipped({"a/traffic.har": har(exchanges), "a/notes.md": b"# none"}),
    "captures.tar": lambda exchanges: tarred({"traffic.har": har(exchanges), "notes.md": b"# none"}),
}
