"""Reads the TCP segments of packet captures: pcap and pcapng of tcpdump, tshark and Wireshark.

Packets are read one by one. The headers up to TCP are parsed, and packets of other protocols skipped.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from ..errors import SourceError
from .streams import Stream

__all__ = ["ACK", "FIN", "RST", "SYN", "Segment", "is_packets", "segments"]

_LONGEST_PACKET = 16 * 1024 * 1024
_MOST_INTERFACES = 1000
_NANO = 1_000_000_000
# By the magic number of pcap: the byte order, and the number of ticks per second.
_PCAP = {
    b"\xd4\xc3\xb2\xa1": ("<", 1_000_000),
    b"\xa1\xb2\xc3\xd4": (">", 1_000_000),
    b"\x4d\x3c\xb2\xa1": ("<", _NANO),
    b"\xa1\xb2\x3c\x4d": (">", _NANO),
}
_SECTION = b"\x0a\x0d\x0d\x0a"
_ORDERS = {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}
_INTERFACE, _OLD_PACKET, _SIMPLE_PACKET, _PACKET = 1, 2, 3, 6
_RESOLUTION, _OFFSET = 9, 14  # codes of an interface's options

_NULL, _ETHERNET, _LOOP, _COOKED, _COOKED_2 = 0, 1, 108, 113, 276
_RAW = (12, 14, 101, 228, 229)
_IP, _IP6, _VLANS, _PPPOE = 0x0800, 0x86DD, (0x8100, 0x88A8, 0x9100), 0x8864
_TCP = 6
_EXTENSIONS = (0, 43, 60)  # hop-by-hop options, routing, destination options
_FRAGMENT, _AUTHENTICATION = 44, 51
FIN, SYN, RST, ACK = 1, 2, 4, 16


class Segment(NamedTuple):
    """A TCP segment.

    Attributes:
        time: The time of capture, in nanoseconds since 1970.
        source: The sender's address and port.
        target: The receiver's address and port.
        number: The sequence number of its first byte.
        seen: The acknowledgement number: its sender has received everything before it.
        flags: The flags, such as `SYN`.
        data: The captured bytes.
        length: The number of bytes as sent.
    """

    time: int
    source: bytes
    target: bytes
    number: int
    seen: int
    flags: int
    data: bytes
    length: int


class _Packet(NamedTuple):
    time: int
    link: int
    data: bytes


def is_packets(start: bytes) -> bool:
    """Tell whether data is the start of a packet capture."""
    return start[:4] in _PCAP or (start[:4] == _SECTION and start[8:12] in _ORDERS)


def segments(stream: Stream, name: str) -> Iterator[Segment]:
    """Read the TCP segments of a capture.

    Raises:
        SourceError: The capture is damaged, ends within a packet, or has only packets of unknown link types.
            All segments before that have been yielded.
    """
    packets = _of_pcap(stream, name) if stream.peek(4) in _PCAP else _of_pcapng(stream, name)
    unknown, is_known = set[int](), False
    for packet in packets:
        known = _network(packet.link, packet.data)
        if known is None:
            unknown.add(packet.link)
            continue
        is_known = True
        segment = _segment(packet.time, packet.data, *known)
        if segment is not None:
            yield segment
    if unknown and not is_known:
        links = ", ".join(map(str, sorted(unknown)[:5]))
        raise SourceError(
            f"cannot read {name!r} as a packet capture: its link type ({links}) is not known;"
            " record on an interface of Ethernet, or with tcpdump -i any"
        )


# The two file formats.


def _of_pcap(stream: Stream, name: str) -> Iterator[_Packet]:
    order, times = _PCAP[stream.read(4)]
    head = _taken(stream, 20, name)
    link = struct.unpack(order + "I", head[16:])[0] & 0xFFFF
    record, scale = struct.Struct(order + "IIII"), _NANO // times
    while stream.peek(1) or stream.take():
        held, at = stream.take(), 0
        while at + 16 <= len(held):
            seconds, parts, size, _ = record.unpack_from(held, at)
            if at + 16 + size > len(held):
                break
            yield _Packet(seconds * _NANO + parts * scale, link, held[at + 16 : at + 16 + size])
            at += 16 + size
        stream.give_back(held[at:])  # an incomplete packet
        if at < len(held):
            seconds, parts, size, _ = record.unpack(_taken(stream, 16, name))
            yield _Packet(seconds * _NANO + parts * scale, link, _taken(stream, size, name))


def _of_pcapng(stream: Stream, name: str) -> Iterator[_Packet]:
    order, interfaces = "<", list[_Interface]()
    while stream.peek(1) or stream.take():
        head = _taken(stream, 8, name)
        if head[:4] == _SECTION:
            order, interfaces = _ORDERS.get(stream.peek(4), order), []
        kind, size = struct.unpack(order + "II", head)
        if size % 4 or size < 12:
            raise _damaged(name)
        if kind in (_INTERFACE, _OLD_PACKET, _SIMPLE_PACKET, _PACKET):
            block = _taken(stream, size - 8, name)[:-4]
            if kind == _INTERFACE and len(interfaces) < _MOST_INTERFACES:
                interfaces.append(_interface(block, order, name))
            elif kind != _INTERFACE:
                yield _packet(kind, block, order, interfaces, name)
        else:
            _pass(stream, size - 8, name)


class _Interface(NamedTuple):
    link: int
    most: int  # captured bytes of a packet
    times: int  # per second
    offset: int  # in seconds


def _interface(block: bytes, order: str, name: str) -> _Interface:
    if len(block) < 8:
        raise _damaged(name)
    link, _, most = struct.unpack_from(order + "HHI", block)
    times, offset, at = 1_000_000, 0, 8
    while at + 4 <= len(block):
        code, size = struct.unpack_from(order + "HH", block, at)
        value = block[at + 4 : at + 4 + size]
        if code == _RESOLUTION and len(value) == 1:
            times = 2 ** (value[0] & 0x3F) if value[0] & 0x80 else 10 ** min(value[0], 30)
        elif code == _OFFSET and len(value) == 8:
            offset = struct.unpack(order + "q", value)[0]
        at += 4 + size + -size % 4
    return _Interface(link, most, times, offset)


def _packet(kind: int, block: bytes, order: str, interfaces: list[_Interface], name: str) -> _Packet:
    number, size, start, high, low = 0, 0, 4, 0, 0
    try:
        if kind == _SIMPLE_PACKET:
            size = struct.unpack_from(order + "I", block)[0]
            size = min(size, interfaces[0].most or size)
        else:
            form = "IIIII" if kind == _PACKET else "HxxIIII"
            number, high, low, size, _ = struct.unpack_from(order + form, block)
            start = 20
        interface = interfaces[number]
    except (struct.error, IndexError):
        raise _damaged(name) from None
    ticks = high << 32 | low
    return _Packet(
        interface.offset * _NANO + ticks * _NANO // interface.times,
        interface.link,
        block[start : start + size],
    )


def _taken(stream: Stream, size: int, name: str) -> bytes:
    if size > _LONGEST_PACKET:
        raise _damaged(name)
    data = stream.read(size)
    if len(data) < size:
        stream.take()  # raises the error that ended the stream, if any
        raise SourceError(f"cannot read {name!r} as a packet capture any further: it ends within a packet")
    return data


def _pass(stream: Stream, size: int, name: str) -> None:
    while size:
        size -= len(_taken(stream, min(size, 65536), name))


def _damaged(name: str) -> SourceError:
    return SourceError(f"cannot read {name!r} as a packet capture any further: it is damaged")


# The headers around a segment.


def _network(link: int, data: bytes) -> tuple[int, int] | None:
    """Find the network protocol and the start of its header; None for an unknown link type."""
    if link == _ETHERNET:
        return _behind_tags(data, 12)
    if link in _RAW or link in (_NULL, _LOOP):
        start = 0 if link in _RAW else 4
        version = data[start] >> 4 if len(data) > start else 0
        return {4: _IP, 6: _IP6}.get(version, 0), start
    if link == _COOKED:
        return _behind_tags(data, 14)
    if link == _COOKED_2:
        protocol = int.from_bytes(data[:2], "big")
        return _behind_tags(data, 18) if protocol in _VLANS else (protocol, 20)
    return None


def _behind_tags(data: bytes, at: int) -> tuple[int, int]:
    """Skip VLAN tags and PPPoE; return the network protocol and the start of its header."""
    protocol = int.from_bytes(data[at : at + 2], "big")
    while protocol in _VLANS and at + 4 < len(data):
        at += 4
        protocol = int.from_bytes(data[at : at + 2], "big")
    if protocol == _PPPOE:
        version = {0x21: _IP, 0x57: _IP6}.get(int.from_bytes(data[at + 8 : at + 10], "big"), 0)
        return version, at + 10
    return protocol, at + 2


def _segment(time: int, data: bytes, protocol: int, at: int) -> Segment | None:
    """Parse the segment of a packet; None if there is no readable one."""
    try:
        if protocol == _IP:
            return _of_ip(time, data, at)
        if protocol == _IP6:
            return _of_ip6(time, data, at)
    except (struct.error, IndexError):
        """The packet was cut within its headers."""
    return None


_IP_HEAD = struct.Struct(">BxHxxHxB2x4s4s")


def _of_ip(time: int, data: bytes, at: int) -> Segment | None:
    first, size, fragment, protocol, source, target = _IP_HEAD.unpack_from(data, at)
    if protocol != _TCP or fragment & 0x3FFF:
        return None
    end = at + size if size else len(data)  # 0 if the network card was to split the packet
    return _of_tcp(time, data, at + (first & 0x0F) * 4, end, (source, target))


def _of_ip6(time: int, data: bytes, at: int) -> Segment | None:
    size, protocol = struct.unpack_from(">HB", data, at + 4)
    source, target = data[at + 8 : at + 24], data[at + 24 : at + 40]
    at += 40
    end = at + size if size else len(data)
    while protocol in _EXTENSIONS or protocol == _AUTHENTICATION:
        units = data[at + 1]
        protocol, at = data[at], at + ((units + 2) * 4 if protocol == _AUTHENTICATION else (units + 1) * 8)
    if protocol == _FRAGMENT and not int.from_bytes(data[at + 2 : at + 4], "big") & 0xFFF9:
        protocol, at = data[at], at + 8  # the only fragment
    return _of_tcp(time, data, at, end, (source, target)) if protocol == _TCP else None


_TCP_HEAD = struct.Struct(">2s2sIIBB")


def _of_tcp(time: int, data: bytes, at: int, end: int, ends: tuple[bytes, bytes]) -> Segment | None:
    source, target = ends
    source_port, target_port, number, seen, offset, flags = _TCP_HEAD.unpack_from(data, at)
    at += (offset >> 4) * 4
    if end < at:
        return None
    return Segment(
        time, source + source_port, target + target_port, number, seen, flags, data[at:end], end - at
    )
