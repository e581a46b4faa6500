"""Recorded HTTP traffic in, responses out: status, headers, body, and the request where it is known.

A capture is a body alone, raw HTTP or a HAR archive, plain or compressed, told apart by its first bytes.
Each is read once, front to back, in pieces of bounded size: h11 takes HTTP apart, ijson a HAR entry by
entry. A body is a stream of its own that reads on in the file; what the caller leaves of it is drained
when the next response is asked for. So memory holds a few pieces, and of a HAR one entry.

Recordings lie about their framing: curl shows the headers of a chunked or compressed response above a
body that it has already unpacked. The first bytes of the body decide whether such a header is believed.
"""

from __future__ import annotations

import base64
import glob
import importlib
import os
import re
import sys
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .compression import Decompressor
from .errors import CompressionError, DecodeError, SourceError, TruncatedError, shown
from .limits import PIECE
from .operations import operation_for
from .sources import BinaryFile, Source, pieces

__all__ = ["Response", "Tally", "expand", "responses"]

_ENDINGS = (
    *(".xml", ".xml.gz", ".xml.bz2", ".xml.xz", ".xml.zst"),
    *(".http", ".txt", ".raw", ".dump"),
    *(".har", ".har.gz"),
)
_LONGEST_HEAD = 256 * 1024
_LONGEST_REQUEST_LINE = 16 * 1024
_PROLOG = 4096  # bytes in which the first element of a body is looked for

_SPACE = b" \t\r\n"
_BOM = b"\xef\xbb\xbf"
_VERSION = re.compile(rb"HTTP/\d(?:\.\d)?(?=[ ])")
_STATUS_LINE = re.compile(rb"HTTP/\d(?:\.\d)? \d{3}[ \r\n]")
_INTERIM = re.compile(rb"HTTP/\d(?:\.\d)? 1\d\d")
_REQUEST_LINE = re.compile(rb"([A-Z]{3,16} \S+ )HTTP/\d(?:\.\d)?(?=[ \t]*\r?\n)")
_CHUNK_LINE = re.compile(rb"[0-9A-Fa-f]{1,16}[ \t]*(;|\r|\n|\Z)")
_CODINGS = ("", "identity", "gzip", "x-gzip", "deflate", "zstd")
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<[?!A-Za-z]")
# Where a message seems to follow a tag; it does if the tag is a last one, for behind such a one is no text.
_FOLLOWED = re.compile(
    rb">(?!<)\s{0,64}(?=HTTP/\d(?:\.\d)? \d{3}|(?:GET|PUT|POST|DELETE|HEAD) (?:/|https?:))"
)
_LAST_TAG = re.compile(rb"(?:/|</[^<>]{1,64})>\Z")
_LONGEST_BOUNDARY = 256
# Every alternative is told by its first bytes, so that no input makes the search slow.
_OURS = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s|<\?(?:(?!\?>).)*\?>|<!--(?:(?!-->).)*-->)*"
    rb"<(?:[\w.-]+:)?(?:MasterObjectList|Objects)[\s/>]",
    re.DOTALL,
)


@dataclass(slots=True)
class Response:
    """One recorded response.

    Attributes:
        origin: The capture's name; from the second response of a raw dump on, and for every entry of a HAR,
            with its number behind, such as `job.har#3`. All final responses of the capture are counted,
            from 1, also those that are passed over.
        body: The body without transfer and content coding, in pieces of at most 64 KiB or so; to be
            iterated once, and before the next response is asked for. While iterated it may raise
            TruncatedError (after the bytes that are there), CompressionError or SourceError.
        status: The status code; None for a body alone.
        headers: The header fields, their names in lower case; empty for a body alone.
        method: The method of the request; None where the request is not known.
        url: The URL of the request as it was recorded, with or without the host; None where it is not known.
    """

    origin: str
    body: Iterable[bytes] = field(repr=False)
    status: int | None = None
    # Not shown, for both may hold credentials.
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    method: str | None = None
    url: str | None = field(default=None, repr=False)


@dataclass(slots=True)
class Tally:
    """What was read so far: give one to all calls of `responses`.

    Attributes:
        bytes_read: Bytes of the captures as they are stored, for a progress bar.
        skipped: Exchanges that have nothing to do with jobs: other operations with other bodies, and
            entries of a HAR without an answer.
    """

    bytes_read: int = 0
    skipped: int = 0


def expand(paths: Iterable[str | os.PathLike[str]]) -> list[str]:
    """The captures that paths, folders and globs stand for, each once; no file is opened.

    Folders are searched recursively for the known endings, without what is hidden. A glob (`*`, `?`, `[...]`,
    and `**` for folders of any depth) counts as one where no file has that name. `-` is standard input.

        for path in expand(["captures", "logs/*.har", "-"]):
            for response in responses(path): ...

    Raises:
        SourceError: There is no such path, a folder without a capture, or a glob that matches nothing.
    """
    return list(dict.fromkeys(found for path in paths for found in _expanded(os.fspath(path))))


def responses(source: Source, tally: Tally | None = None, *, name: str | None = None) -> Iterator[Response]:
    """The responses of one capture, in order; what is no business of ours is counted and skipped.

    A raw response without a request is always given; redirects and interim responses never are. All others
    are given if their request is one of the operations, or their body begins with `MasterObjectList` or
    `Objects`.

    Args:
        source: A path, `"-"` for standard input, or whatever else a decoder reads.
        tally: Counts what is read and skipped, while it is.
        name: What the origins say; by default the path.

    Raises:
        SourceError: The capture cannot be read any further: it cannot be opened, is malformed, or breaks off
            between bodies. The responses before that place were given. Within a body, the body raises.
    """
    label = name if name is not None else _label(source)
    tally = Tally() if tally is None else tally
    try:
        yield from _recognised(_Stream(_stored(_opened(source), tally)), label, tally)
    except DecodeError as error:
        raise SourceError(f"cannot read {label!r}: {error}") from error


# -- Paths


def _expanded(path: str) -> list[str]:
    if path == "-" or (Path(path).exists() and not Path(path).is_dir()):
        return [path]
    if Path(path).is_dir():
        return _in_folder(path)
    if not glob.has_magic(path):
        raise SourceError(f"cannot read {path!r}: no such file")
    matches = glob.glob(path, recursive=True)  # noqa: PTH207  (pathlib takes no absolute pattern)
    found = sorted(match for match in matches if not Path(match).is_dir())
    if not found:
        raise SourceError(f"cannot read {path!r}: no file matches")
    return found


def _in_folder(folder: str) -> list[str]:
    def unreadable(error: OSError) -> None:
        raise SourceError(f"cannot read {error.filename!r}: {error.strerror}") from error

    found: list[str] = []
    for parent, folders, files in os.walk(folder, onerror=unreadable):
        folders[:] = [name for name in folders if not name.startswith(".")]
        names = (name for name in files if not name.startswith(".") and name.lower().endswith(_ENDINGS))
        found += (str(Path(parent) / name) for name in names)
    if not found:
        raise SourceError(f"cannot read {folder!r}: no capture in it (no file ends in {', '.join(_ENDINGS)})")
    return sorted(found)


def _label(source: Source) -> str:
    return os.fspath(source) if isinstance(source, (str, os.PathLike)) else "<stream>"


def _opened(source: Source) -> AbstractContextManager[Source]:
    if source == "-":
        stdin: BinaryFile = sys.stdin.buffer
        return nullcontext(stdin)
    if not isinstance(source, (str, os.PathLike)):
        return nullcontext(source)
    try:
        return Path(source).open("rb", buffering=0)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise SourceError(f"cannot read {os.fspath(source)!r}: {reason}") from error


# -- Streams


class _Stream:
    """An iterator of bytes that can be looked into and given back to.

    What the iterator raises is raised behind the bytes before it, also if they were only looked at.
    """

    def __init__(self, data: Iterator[bytes]) -> None:
        self._data = data
        self._held = b""
        self._failure: DecodeError | SourceError | None = None

    def peek(self, size: int) -> bytes:
        """The next bytes, which stay; fewer only at the end."""
        try:
            while len(self._held) < size and (piece := next(self._data, None)) is not None:
                self._held += piece
        except (DecodeError, SourceError) as error:
            self._failure = error
        return self._held[:size]

    def read(self, size: int) -> bytes:
        """The next bytes; fewer only at the end, none behind it."""
        data = self.peek(size)
        if size and not data and self._failure is not None:
            failure, self._failure = self._failure, None
            raise failure
        self._held = self._held[len(data) :]
        return data

    def take(self) -> bytes:
        """What is at hand, or the next piece; nothing at the end."""
        self.peek(1)
        return self.read(len(self._held) or 1)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.take, b"")

    def give_back(self, data: bytes) -> None:
        self._held = data + self._held

    def replace(self, size: int, data: bytes) -> None:
        """Put other bytes in the place of the next ones."""
        self.read(size)
        self.give_back(data)

    def skip_space(self) -> None:
        while (held := self.peek(1)) and held in _SPACE:
            self.give_back(self.take().lstrip(_SPACE))

    def abandon(self) -> None:
        """End here, for nobody knows what the rest is."""
        self._data = iter(())
        self._held = b""


def _stored(opened: AbstractContextManager[Source], tally: Tally) -> Iterator[bytes]:
    """The bytes of a capture, not compressed; here the file is closed, for a body may outlive `responses`."""
    decompressor = Decompressor()
    with opened as source:
        for piece in pieces(source):
            tally.bytes_read += len(piece)
            for part in pieces(piece):  # what an iterable gives may be of any size
                yield from decompressor.feed(part)
    yield from decompressor.close()


def _recognised(stream: _Stream, name: str, tally: Tally) -> Iterator[Response]:
    start = stream.peek(_LONGEST_REQUEST_LINE).removeprefix(_BOM).lstrip(_SPACE)
    if not start.startswith((b"HTTP/", b"{")) and not _REQUEST_LINE.match(start):
        yield Response(name, stream)
        return
    if stream.peek(len(_BOM)) == _BOM:
        stream.read(len(_BOM))
    stream.skip_space()
    if start.startswith(b"{"):
        yield from _archived(stream, name, tally)
    else:
        yield from _exchanged(stream, name, tally)


def _is_ours(method: str | None, url: str | None, body: _Stream) -> bool:
    if method is not None and url is not None and operation_for(method, url) is not None:
        return True
    return _OURS.match(body.peek(_PROLOG)) is not None


def _is_redirect(status: int) -> bool:
    return 300 <= status < 400


def _package(name: str, captures: str) -> Any:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise SourceError(
            f"{captures} are read with {name}, which is missing: pip install 'ds3codec[captures]'"
        ) from error


# -- Raw HTTP


@dataclass(slots=True)
class _Request:
    method: str | None = None
    url: str | None = None


def _exchanged(stream: _Stream, name: str, tally: Tally) -> Iterator[Response]:
    wire = _Wire(stream, name)
    waiting: deque[_Request] = deque()  # for an answer
    request = _Request()
    answering = False
    number = 0
    while wire.has_more():
        if not wire.at_response():
            if answering:
                waiting.clear()  # a new request ends the turn of those that nobody answered
            waiting.append(wire.request())
            answering = False
            continue
        status, headers = wire.response_head()
        if status < 200:
            continue
        answering = True
        number += 1
        request = waiting.popleft() if waiting else request
        framed = wire.response_body(request.method, status, headers)
        body = _Stream(_decoded(framed, headers.get("content-encoding", "")))
        if not _is_redirect(status):
            if request.url is None or _is_ours(request.method, request.url, body):
                origin = name if number == 1 else f"{name}#{number}"
                yield Response(origin, body, status, headers, request.method, request.url)
            else:
                tally.skipped += 1
        _drain(framed)


def _drain(framed: Iterator[bytes]) -> None:
    try:
        deque(framed, maxlen=0)
    except TruncatedError:
        """Nothing is behind it, and whoever wants the body is told there."""


class _Wire:
    """Messages in a row on a stream, each of which h11 reads with a connection of its own."""

    def __init__(self, stream: _Stream, name: str) -> None:
        self._stream = stream
        self._name = name
        self._h11 = _package("h11", "recorded HTTP exchanges")

    def has_more(self) -> bool:
        """Whether a message follows; raises what ended the stream, if that was too early."""
        self._stream.skip_space()
        return bool(self._stream.peek(1)) or bool(self._stream.take())

    def at_response(self) -> bool:
        return self._stream.peek(5) == b"HTTP/"

    def request(self) -> _Request:
        """The next request; its body is passed over, and an interim response between the two."""
        line = _REQUEST_LINE.match(self._stream.peek(_LONGEST_REQUEST_LINE))
        if line is None:
            raise self._malformed("there is neither a request nor a response")
        # As HTTP/1.0, for which h11 demands no Host: HTTP/2 has none.
        self._stream.replace(line.end(), line[1] + b"HTTP/1.0")
        event = self._head(self._h11.Connection(self._h11.SERVER, _LONGEST_HEAD))
        while _INTERIM.match(self._stream.peek(16)):
            self.response_head()
        if not self.at_response():  # an answer in place of the body: it was refused, or not recorded
            head = b"PUT / HTTP/1.0\r\n" + self._framing(_fields(event))
            deque(self._framed(self._h11.Connection(self._h11.SERVER), head, self._stream), maxlen=0)
        return _Request(event.method.decode(), event.target.decode("latin-1"))

    def response_head(self) -> tuple[int, dict[str, str]]:
        """Status code and header fields of the next response, interim or final."""
        version = _VERSION.match(self._stream.peek(16))
        if version is not None:  # curl shows HTTP/2 in the form of HTTP/1
            self._stream.replace(version.end(), b"HTTP/1.1")
        event = self._head(self._client("GET"))
        return event.status_code, _fields(event)

    def response_body(self, method: str | None, status: int, headers: Mapping[str, str]) -> Iterator[bytes]:
        """The body of the response whose head was just read, without its transfer coding."""
        framing = self._framing(headers)
        coding = headers.get("content-encoding", "")
        find_end = _packed_end if coding and _is_coded(coding, self._stream.peek(64)) else _document_end
        feed = iter(self._stream) if framing else self._up_to_next(find_end)
        head = f"HTTP/1.1 {status} \r\n".encode() + framing
        return self._framed(self._client("HEAD" if method == "HEAD" else "GET"), head, feed)

    def _client(self, method: str) -> Any:
        h11 = self._h11
        connection = h11.Connection(h11.CLIENT, _LONGEST_HEAD)
        connection.send(h11.Request(method=method, target="/", headers=[("Host", "captured")]))
        connection.send(h11.EndOfMessage())
        return connection

    def _head(self, connection: Any) -> Any:
        try:
            while (event := connection.next_event()) is self._h11.NEED_DATA:
                connection.receive_data(self._stream.take())
        except self._h11.RemoteProtocolError as error:
            # What h11 quotes behind the colon may be credentials.
            raise self._malformed(str(error).partition(":")[0]) from None
        self._stream.give_back(connection.trailing_data[0])
        return event

    def _framing(self, headers: Mapping[str, str]) -> bytes:
        """The header that says how long the body is, unless the body shows that it is not true."""
        start = self._stream.peek(64)
        if (transfer := headers.get("transfer-encoding")) is not None:
            chunk = _CHUNK_LINE.match(start)
            if chunk is not None and chunk[1] == b"\n":
                raise self._malformed("the line ends of its chunks were changed to bare LF")
            if chunk is not None or not start:
                return f"Transfer-Encoding: {transfer}\r\n".encode()
        elif (length := headers.get("content-length")) is not None:
            coding = headers.get("content-encoding", "")
            if not start or not coding or _is_coded(coding, start):
                return f"Content-Length: {length}\r\n".encode()
        return b""

    def _framed(self, connection: Any, head: bytes, feed: Iterable[bytes]) -> Iterator[bytes]:
        rest = iter(feed)
        connection.receive_data(head + b"\r\n")
        given, ended = 0, False
        try:
            connection.next_event()
            while (event := connection.next_event()) is not None:
                if event is self._h11.NEED_DATA:
                    piece = next(rest, b"")
                    ended = not piece
                    connection.receive_data(piece)
                elif isinstance(event, self._h11.Data):
                    given += len(event.data)
                    yield bytes(event.data)
                else:
                    self._stream.give_back(connection.trailing_data[0])
                    return
        except self._h11.RemoteProtocolError as error:
            if ended:
                raise TruncatedError(f"the recording ends after {given} bytes of an HTTP body") from None
            self._stream.abandon()
            raise self._malformed(f"{str(error).partition(':')[0]} after {given} bytes of a body") from None

    def _up_to_next(self, find_end: Callable[[bytes], int | None]) -> Iterator[bytes]:
        """What has no length of its own: up to the next message, or to the end."""
        while held := self._stream.peek(PIECE):
            end = find_end(held)
            if end is not None:
                yield self._stream.read(end)
                return
            kept = _LONGEST_BOUNDARY if len(held) == PIECE else 0
            yield self._stream.read(len(held) - kept)
        self._stream.take()  # raises what ended the stream, if that was too early

    def _malformed(self, reason: str) -> SourceError:
        return SourceError(f"cannot read {self._name!r} as HTTP: {reason}")


def _document_end(data: bytes) -> int | None:
    for match in _FOLLOWED.finditer(data):
        if _LAST_TAG.search(data, max(0, match.start() - 66), match.start() + 1):
            return match.end()
    return None


def _packed_end(data: bytes) -> int | None:
    match = _STATUS_LINE.search(data)  # by chance it is in no compressed data
    return match.start() if match else None


def _fields(event: Any) -> dict[str, str]:
    fields: dict[str, str] = {}
    for name, value in event.headers:
        _add(fields, name.decode("latin-1"), value.decode("latin-1"))
    return fields


def _add(fields: dict[str, str], name: str, value: str) -> None:
    key = name.lower()
    fields[key] = f"{fields[key]}, {value}" if key in fields else value


# -- Content coding


def _decoded(body: Iterable[bytes], coding: str) -> Iterator[bytes]:
    """The plain bytes of a body, also if it is plain already, whatever its headers say."""
    coding = coding.strip().lower()
    stream = _Stream(iter(body))
    start = stream.peek(64)
    if start and not _MARKUP.match(start):
        if coding == "deflate":
            yield from _inflated(stream)
            return
        if coding not in _CODINGS:
            raise CompressionError(f"the content coding {shown(coding)} is not supported")
    decompressor = Decompressor()
    for piece in stream:
        yield from decompressor.feed(piece)
    yield from decompressor.close()


def _is_coded(coding: str, start: bytes) -> bool:
    if coding.strip().lower() in ("gzip", "x-gzip"):
        return start.startswith(b"\x1f\x8b"[: len(start)])
    return not _MARKUP.match(start)


def _inflated(body: _Stream) -> Iterator[bytes]:
    """Deflate is meant to be wrapped by zlib, but some servers send it bare."""
    start = body.peek(2)
    wrapped = start[0] & 0x0F == 8 and int.from_bytes(start, "big") % 31 == 0
    inflate = zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)
    for piece in body:
        rest, more = piece, True
        while (rest or more) and not inflate.eof:
            try:
                plain = inflate.decompress(rest, PIECE)
            except zlib.error as error:
                raise CompressionError(f"the deflate data is damaged: {error}") from None
            if plain:
                yield plain
            rest, more = inflate.unconsumed_tail, len(plain) == PIECE
    if not inflate.eof:
        raise TruncatedError("the deflate data ends before it is complete")


# -- HAR archives


def _archived(stream: _Stream, name: str, tally: Tally) -> Iterator[Response]:
    for number, entry in enumerate(_entries(stream, name), 1):
        request, answer = _part(entry, "request"), _part(entry, "response")
        method, url = _text(request, "method"), _text(request, "url")
        status = answer.get("status")
        if not isinstance(status, int) or not status:  # browsers say 0 where there was no answer
            tally.skipped += 1
            continue
        if _is_redirect(status):
            continue
        headers = _listed_fields(answer)
        body = _Stream(_content(_part(answer, "content"), headers))
        if _is_ours(method, url, body):
            yield Response(f"{name}#{number}", body, status, headers, method, url)
        else:
            tally.skipped += 1


def _entries(stream: _Stream, name: str) -> Iterator[Any]:
    ijson = _package("ijson", "HAR archives")
    is_har = False
    number = 0

    def noticed(events: Iterable[tuple[str, str, Any]]) -> Iterator[tuple[str, str, Any]]:
        nonlocal is_har
        for prefix, event, value in events:
            is_har = is_har or (prefix == "log.entries" and event == "start_array")
            yield prefix, event, value

    try:
        for entry in ijson.items(noticed(ijson.parse(stream, use_float=True)), "log.entries.item"):
            number += 1
            yield entry
    except (ijson.JSONError, UnicodeDecodeError):
        # Not what ijson says, for it quotes the place, and with it perhaps credentials.
        reason = f"no well-formed JSON behind entry {number}"
        raise SourceError(f"cannot read {name!r} as HAR: {reason}") from None
    if not is_har:
        raise SourceError(f"cannot read {name!r} as HAR: it is JSON, but has no log.entries")


def _content(content: Mapping[str, Any], headers: Mapping[str, str]) -> Iterator[bytes]:
    text = _text(content, "text") or ""
    if content.get("encoding") != "base64":
        yield from pieces(text.encode("utf-8", "surrogatepass"))
        return
    try:
        data = base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        raise SourceError("the base64 text of a HAR entry is damaged") from None
    yield from _decoded(pieces(data), headers.get("content-encoding", ""))


def _part(of: object, key: str) -> Mapping[str, Any]:
    part = of.get(key) if isinstance(of, dict) else None
    return part if isinstance(part, dict) else {}


def _text(of: Mapping[str, Any], key: str) -> str | None:
    value = of.get(key)
    return value if isinstance(value, str) else None


def _listed_fields(answer: Mapping[str, Any]) -> dict[str, str]:
    fields: dict[str, str] = {}
    listed = answer.get("headers")
    for entry in listed if isinstance(listed, list) else ():
        if isinstance(entry, dict) and isinstance(entry.get("name"), str):
            _add(fields, entry["name"], _text(entry, "value") or "")
    return fields
