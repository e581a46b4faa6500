"""What people really have, as responses: bodies, raw HTTP exchanges, HAR archives.

The first bytes of a file, after decompression, say which of the three it is. HTTP is h11's business, the
JSON of an archive ijson's. Bodies stream: of an archive one entry is in memory, of anything else one piece.
A recording is not always what went over the wire: `curl -i` shows headers of a coding that it has undone.
Where the first bytes of a body contradict its headers, they are believed.
"""

from __future__ import annotations

import base64
import binascii
import glob
import os
import re
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from .compression import Decompressor
from .errors import CompressionError, DecodeError, NotWellFormedError, SourceError, TruncatedError, shown
from .limits import PIECE
from .operations import operation_for
from .sources import pieces

__all__ = ["Response", "Tally", "expand", "responses"]

ENDINGS = (".xml", ".http", ".txt", ".raw", ".dump", ".har", ".json")
COMPRESSED = ("", ".gz", ".bz2", ".xz", ".zst")

_BLANK = b"\xef\xbb\xbf \t\r\n"
_STATUS_LINE = re.compile(rb"HTTP/\d(?:\.\d)? (\d{3})")
_REQUEST_LINE = re.compile(rb"[A-Z]+ \S+ HTTP/\d(?:\.\d)?\r?\n")
_HEAD = re.compile(rb".*?\n\r?\n", re.DOTALL)
_CHUNK_SIZE = re.compile(rb"[0-9A-Fa-f]+[ \t]*(?:;[^\r\n]*)?\r?\n")
_FRAMING = re.compile(rb"^(?:transfer-encoding|content-length)[ \t]*:[^\n]*\n", re.IGNORECASE | re.MULTILINE)
_NEXT = re.compile(rb">[ \t\r\n]*(?=HTTP/\d(?:\.\d)? \d{3}[ \r\n])")
_OURS = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*<(?:MasterObjectList|Objects)[\s/>]", re.DOTALL
)
_LONGEST_HEAD = 256 * 1024
_LOOK_AHEAD = 4096


@dataclass(slots=True)
class Response:
    """A recorded response.

    Attributes:
        origin: Where it comes from: a path, or `path#3` for the third response in a file of several.
        body: Its bytes, without transfer coding and content coding, to be read once, and before the next
            response is asked for. A body that is cut short or damaged raises DecodeError at that place.
        status: The HTTP status code; None for a body alone.
        headers: The headers by their names in lower case; empty for a body alone.
        method: The method of the request; None where it is not known.
        url: The URL of the request, or its path and query.
    """

    origin: str
    body: Iterable[bytes]
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str | None = None
    url: str | None = None


@dataclass(slots=True)
class Tally:
    """What was counted on the way: bytes read from files, and responses skipped, which are not ours."""

    bytes_read: int = 0
    skipped: int = 0


def expand(paths: Iterable[str | os.PathLike[str]]) -> list[str]:
    """The files that are meant: a path is a file, a folder, a pattern, or `-` for standard input.

    Of a folder, all files with the endings of captures are meant, in the folders below it too, but no hidden
    ones.

    Raises:
        SourceError: There is no such file, a folder has no captures, or no file matches a pattern.
    """
    return [file for path in paths for file in _files(os.fspath(path))]


def _files(path: str) -> list[str]:
    if Path(path).is_dir():
        found = sorted(_captures_in(path))
        if not found:
            raise SourceError(f"no captures in the folder {shown(path)} (no {', '.join(ENDINGS)})")
        return found
    if path == "-" or Path(path).exists():
        return [path]
    if glob.has_magic(path):
        matching = glob.glob(path, recursive=True)  # noqa: PTH207  (which has no absolute patterns)
        found = sorted(file for file in matching if Path(file).is_file())
        if found:
            return found
        raise SourceError(f"no file matches {shown(path)}")
    raise SourceError(f"cannot read {shown(path)}: No such file or directory")


def _captures_in(folder: str) -> Iterator[str]:
    def refuse(error: OSError) -> None:
        raise SourceError(f"cannot read {shown(error.filename)}: {error.strerror}") from error

    endings = tuple(ending + suffix for ending in ENDINGS for suffix in COMPRESSED)
    for where, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if name.lower().endswith(endings) and not name.startswith("."):
                yield str(Path(where, name))


def responses(
    source: str | os.PathLike[str] | Iterable[bytes], tally: Tally | None = None
) -> Iterator[Response]:
    """The responses in a file, in a stream of bytes, or for `-` in standard input.

    Interim responses (1xx) and redirects (3xx) are passed over. A response to another request that has
    another body, too, is skipped.

    Args:
        source: The file or the bytes.
        tally: Counts what is read and what is skipped.

    Raises:
        SourceError: The file cannot be read, or is a broken archive; or the package is missing that reads
            this kind of recording.
    """
    tally = Tally() if tally is None else tally
    name = os.fspath(source) if isinstance(source, (str, os.PathLike)) else "input"
    stream = _Stream(_plain(sys.stdin.buffer if source == "-" else source, tally))
    head = stream.peek(_LOOK_AHEAD).lstrip(_BLANK)
    if _STATUS_LINE.match(head) or _REQUEST_LINE.match(head):
        yield from _exchanges(stream, name, tally)
    elif head.startswith(b"{"):
        yield from _archived(stream, name, tally)
    else:
        yield Response(name, stream)


def _plain(source: Any, tally: Tally) -> Iterator[bytes]:
    decompressor = Decompressor()
    for piece in pieces(source):
        tally.bytes_read += len(piece)
        yield from decompressor.feed(piece)
    yield from decompressor.close()


class _Stream:
    """An iterator of bytes that can be looked ahead in. An error that is met ahead is raised in its place."""

    def __init__(self, source: Iterable[bytes]) -> None:
        self._source = iter(source)
        self._held = b""
        self._error: DecodeError | None = None

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        piece = self.read()
        if not piece:
            raise StopIteration
        return piece

    def read(self, size: int = -1) -> bytes:
        """The next bytes, at most `size`; none at the end."""
        if not self._held:
            self.peek(1)
        if not self._held and self._error is not None:
            raise self._error
        end = len(self._held) if size < 0 else size
        piece, self._held = self._held[:end], self._held[end:]
        return piece

    def peek(self, size: int) -> bytes:
        """The next bytes, at least `size` where there are so many, and leave them there."""
        parts, length = [self._held], len(self._held)
        while length < size and self._error is None:
            try:
                piece = next(self._source)
            except StopIteration:
                break
            except DecodeError as error:
                self._error = error
                break
            parts.append(piece)
            length += len(piece)
        self._held = b"".join(parts)
        return self._held

    def unread(self, data: bytes) -> None:
        """Put bytes back."""
        self._held = data + self._held

    def drain(self) -> None:
        """Read to the end, whatever is there."""
        try:
            for _ in self:
                pass
        except DecodeError:
            pass


# Raw HTTP.


class _Request(NamedTuple):
    method: str
    url: str


def _exchanges(stream: _Stream, name: str, tally: Tally) -> Iterator[Response]:
    h11 = _imported("h11")
    request: _Request | None = None
    number = 0
    while True:
        _skip_blank(stream)
        head = stream.peek(_LOOK_AHEAD)
        if not head:
            return
        if _REQUEST_LINE.match(head):
            request = _read_request(h11, stream, name)
            continue
        if not _STATUS_LINE.match(head):
            raise SourceError(
                f"{name}: neither a request nor a response behind response {number}: {shown(head[:40])}"
            )
        status, headers, framed = _read_response(h11, stream, name, request)
        body = _Stream(_decoded(framed, headers.get("content-encoding", "")))
        if status >= 200 and not 300 <= status < 400:
            number += 1
            if request is None or _is_ours(request, body):
                yield Response(f"{name}#{number}", body, status, headers, *(request or (None, None)))
            else:
                tally.skipped += 1
        body.drain()
        framed.drain()


def _imported(name: str) -> Any:
    try:
        return __import__(name)
    except ModuleNotFoundError:
        raise SourceError(
            f"this recording needs the package {name}: pip install 'ds3codec[captures]'"
        ) from None


def _skip_blank(stream: _Stream) -> None:
    while (head := stream.peek(1)) and not head.lstrip(_BLANK):
        stream.read()
    stream.unread(stream.read().lstrip(_BLANK))


def _is_ours(request: _Request, body: _Stream) -> bool:
    return operation_for(*request) is not None or _OURS.match(body.peek(_LOOK_AHEAD)) is not None


def _read_head(stream: _Stream, name: str) -> bytes:
    """The lines up to the blank one, which end in LF or CR LF."""
    size = _LOOK_AHEAD
    while True:
        held = stream.peek(size)
        match = _HEAD.match(held)
        if match:
            stream.read(match.end())
            return match[0]
        if len(held) < size:  # it ends in its headers
            stream.read()
            return held.rstrip() + b"\r\n\r\n"
        size *= 2
        if size > _LONGEST_HEAD:
            raise SourceError(f"{name}: HTTP headers of more than {_LONGEST_HEAD} bytes")


def _read_request(h11: Any, stream: _Stream, name: str) -> _Request:
    """A request, and its body, unless that was not recorded where it belongs."""
    connection = h11.Connection(h11.SERVER, max_incomplete_event_size=_LONGEST_HEAD)
    event = _head_event(h11, connection, _as_http_1(_read_head(stream, name)), name)
    while _STATUS_LINE.match(stream.peek(16)):
        if not _STATUS_LINE.match(stream.peek(16))[1].startswith(b"1"):  # type: ignore[index]
            return _Request(event.method.decode("latin-1"), event.target.decode("latin-1"))
        _read_head(stream, name)  # 100 Continue, before the body
    try:
        for _ in _events(h11, connection, stream):
            pass
    except DecodeError:
        pass
    return _Request(event.method.decode("latin-1"), event.target.decode("latin-1"))


def _read_response(
    h11: Any, stream: _Stream, name: str, request: _Request | None
) -> tuple[int, dict[str, str], _Stream]:
    """Status, headers, and the body as its framing has it."""
    head = _as_http_1(_read_head(stream, name))
    event, connection = _response_event(h11, head, name, request)
    headers = _headers(event)
    if event.status_code < 200:
        return event.status_code, headers, _Stream(())
    if _is_undone(headers, stream.peek(_LOOK_AHEAD)):
        event, connection = _response_event(h11, _FRAMING.sub(b"", head), name, request)
    if connection.their_state is h11.SEND_BODY and not _FRAMED & _headers(event).keys():
        return event.status_code, headers, _Stream(_undelimited(stream))
    return event.status_code, headers, _Stream(_events(h11, connection, stream))


_FRAMED = {"transfer-encoding", "content-length"}


def _response_event(h11: Any, head: bytes, name: str, request: _Request | None) -> tuple[Any, Any]:
    connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LONGEST_HEAD)
    method = request.method if request is not None else "GET"
    connection.send(h11.Request(method=method, target="/", headers=[("Host", "recorded")]))
    connection.send(h11.EndOfMessage())
    return _head_event(h11, connection, head, name), connection


def _head_event(h11: Any, connection: Any, head: bytes, name: str) -> Any:
    try:
        connection.receive_data(head)
        return connection.next_event()
    except h11.RemoteProtocolError as error:
        raise SourceError(f"{name}: broken HTTP headers: {error}") from None


def _headers(event: Any) -> dict[str, str]:
    return {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in event.headers}


def _as_http_1(head: bytes) -> bytes:
    """A head as HTTP/1.1 has it: a recording of HTTP/2 differs in its first line only."""
    first, line_end, rest = head.partition(b"\n")
    first = re.sub(rb"^HTTP/[02-9](?:\.\d)? ", b"HTTP/1.1 ", first)
    first = re.sub(rb" HTTP/[02-9](?:\.\d)?(\r?)$", rb" HTTP/1.1\1", first)
    if not first.startswith(b"HTTP/") and not re.search(rb"^host[ \t]*:", rest, re.IGNORECASE | re.MULTILINE):
        rest = b"Host: recorded\r\n" + rest
    return first + line_end + rest


def _is_undone(headers: Mapping[str, str], begin: bytes) -> bool:
    """Whether a coding that the headers tell of is not there any more, so that lengths do not hold."""
    is_xml = begin.lstrip(_BLANK).startswith(b"<")
    if "chunked" in headers.get("transfer-encoding", "").lower():
        return bool(begin) and not _CHUNK_SIZE.match(begin)
    return is_xml and headers.get("content-encoding", "identity").lower() != "identity"


def _events(h11: Any, connection: Any, stream: _Stream) -> Iterator[bytes]:
    """The body of a message, by its framing; what comes behind it stays in the stream."""
    ended = False
    while True:
        try:
            event = connection.next_event()
        except h11.RemoteProtocolError as error:
            if ended:
                raise TruncatedError("the HTTP message ends before it is complete") from None
            raise NotWellFormedError(f"the HTTP message is broken: {error}") from None
        if isinstance(event, h11.Data):
            yield bytes(event.data)
        elif event is h11.NEED_DATA:
            piece = stream.read(PIECE)
            ended = not piece
            connection.receive_data(piece)
        else:
            stream.unread(connection.trailing_data[0])
            return


def _undelimited(stream: _Stream) -> Iterator[bytes]:
    """A body without a length: it runs to the end, or to the next response behind a tag."""
    if _STATUS_LINE.match(stream.peek(16)):
        return
    held = b""
    for piece in stream:
        held += piece
        match = _NEXT.search(held)
        if match:
            stream.unread(held[match.end() :])
            yield held[: match.start() + 1]
            return
        # What may be the begin of the next response is held back.
        safe = max(held.rfind(b">", -_LOOK_AHEAD), 0) if b">" in held[-_LOOK_AHEAD:] else len(held)
        yield held[:safe]
        held = held[safe:]
    yield held


def _decoded(body: Iterable[bytes], coding: str) -> Iterator[bytes]:
    """A body without its content coding. Where that is undone already, the body passes as it is."""
    coding = coding.strip().lower()
    if coding == "deflate":
        yield from _inflated(_Stream(body))
    elif coding in ("", "identity", "gzip", "x-gzip", "zstd"):
        decompressor = Decompressor()
        for piece in body:
            yield from decompressor.feed(piece)
        yield from decompressor.close()
    else:
        raise CompressionError(f"the content coding {shown(coding)} is not known here")


def _inflated(body: _Stream) -> Iterator[bytes]:
    """zlib's format or, as some servers have it, a bare stream."""
    begin = body.peek(2)
    if not begin or begin.lstrip(_BLANK).startswith(b"<"):
        yield from body
        return
    has_header = len(begin) > 1 and begin[0] & 15 == 8 and (begin[0] << 8 | begin[1]) % 31 == 0
    inflater = zlib.decompressobj(zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS)
    try:
        for piece in body:
            plain = inflater.decompress(piece, PIECE)
            while plain:
                yield plain
                plain = inflater.decompress(inflater.unconsumed_tail, PIECE)
    except zlib.error as error:
        raise CompressionError(f"the deflate data is damaged: {error}") from None
    if not inflater.eof:
        raise TruncatedError("the deflate data ends before it is complete")


# Archives.


def _archived(stream: _Stream, name: str, tally: Tally) -> Iterator[Response]:
    ijson = _imported("ijson")
    _skip_blank(stream)
    number = 0
    entries = ijson.items(stream, "log.entries.item")
    while True:
        try:
            entry = next(entries)
        except StopIteration:
            break
        except (ijson.JSONError, DecodeError, UnicodeDecodeError) as error:
            reason = str(error).partition("\n")[0]
            raise SourceError(f"{name}: a broken HAR archive, behind entry {number}: {reason}") from None
        number += 1
        response = _of_entry(entry, f"{name}#{number}")
        if response is None:
            tally.skipped += 1
        else:
            yield response
    if number == 0:
        raise SourceError(f"{name}: JSON without the entries of a HAR archive")


def _of_entry(entry: Any, origin: str) -> Response | None:
    """The response of an entry, if it is one of ours."""
    request, answer = _part(entry, "request"), _part(entry, "response")
    content = _part(answer, "content")
    body = _Stream(_content(content))
    asked = _Request(str(request.get("method") or ""), str(request.get("url") or ""))
    status = int(answer.get("status") or 0)
    if status == 0 or 300 <= status < 400 or not _is_ours(asked, body):
        return None
    headers = {
        str(header.get("name")).lower(): str(header.get("value"))
        for header in answer.get("headers") or ()
        if isinstance(header, dict)
    }
    return Response(origin, body, status, headers, *asked)


def _part(whole: Any, name: str) -> dict[str, Any]:
    part = whole.get(name) if isinstance(whole, dict) else None
    return part if isinstance(part, dict) else {}


def _content(content: Mapping[str, Any]) -> Iterator[bytes]:
    text = str(content.get("text") or "")
    if content.get("encoding") != "base64":
        yield from _decoded([text.encode("utf-8", "surrogatepass")], "")
        return
    try:
        data = base64.b64decode(text)
    except binascii.Error as error:
        raise NotWellFormedError(f"the body is no base64: {error}") from None
    yield from _decoded([data], "")
