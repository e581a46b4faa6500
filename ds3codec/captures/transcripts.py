"""Converts the output of clients to raw HTTP: curl with its marks or dumps, wget, httpie in colours.

Most clients print their own lines to standard error, and the body to standard output; here both are in one
file. The clients' lines are dropped, and the marks of heads removed. Everything in between is the body, kept
as it is. `RECORDERS` lists how to recognise each client, and how to convert its output, or why not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

from ..errors import NotWellFormedError, UnexpectedDocumentError
from .streams import Stream
from .values import is_json

__all__ = ["RECORDERS", "Recorder"]

_LONGEST_HEAD = 64 * 1024
_TIME = rb"(?:\d\d:\d\d:\d\d\.\d{6} )?(?:\[[\dx-]+\] )?"
_MESSAGE = re.compile(rb"(?:[A-Z]{3,16} \S+ )?HTTP/\d")

_ESCAPE = re.compile(rb"\x1b(?:\[[0-?]{0,40}[ -/]{0,4}[@-~]|\][^\x07\x1b]{0,200}\x07)")
# At the start of the progress meter and on each redraw, which may be within a body.
_RATE = rb" +[\d.]+[kMGTP]?"
_METER = re.compile(
    rb" {2}%% Total    %% Received %% Xferd[^\r\n]{0,100}\r{0,4}\n[^\r\n]{0,100}Dload[^\r\n]{0,100}\r{0,4}\n"
    rb"|\r *\d+%b(?: +\d+%b){2}%b%b(?: +[-:\ddhmsy]{2,8}){3} [ \d.]{4}[\dkMGTP](?:\r{0,4}\n)?"
    % (_RATE, _RATE, _RATE, _RATE)
)
_METER_HEAD = re.compile(rb"^ {2}% Total    % Received % Xferd", re.MULTILINE)

_CURL = re.compile(rb"%b(?:[*<>{}] |[<>]\r?\n)" % _TIME)
_CURL_MARK = re.compile(rb"%b[*<>{}] ?" % _TIME)
_CURL_HEAD = re.compile(rb"^%b[<>] (?:[A-Z]+ \S+ )?HTTP/\d" % _TIME, re.MULTILINE)
# Lines of curl after a body, which may lack a final line feed, or within it.
_SAID = re.compile(
    rb"%b(?:\* (?:Connection #\d|Closing connection|Curl_|shutting down|Re-using|Found |Can not m)"
    rb"|[{}] \[(?:\d+ bytes data|data not shown)\])" % _TIME
)
_TRACE = re.compile(rb"(?:<=|=>) (?:Recv|Send) (SSL data|header|data), (\d+) bytes \(0x[0-9a-f]+\)\r?\n\Z")
_TRACE_HEAD = re.compile(rb"^%b=> Send header, \d+ bytes \(0x[0-9a-f]+\)\r?\n" % _TIME, re.MULTILINE)
_DUMPED = re.compile(rb"([0-9a-f]{4,16}): (.*?)\r?\n?\Z", re.DOTALL)
_HEX = re.compile(rb"(?:[0-9a-f]{2} ){1,16}")

_WGET = re.compile(rb"^(?:--\d{4}-\d\d-\d\d \d\d:\d\d:\d\d--  |---request begin---|  HTTP/\d)", re.MULTILINE)
_WGET_SAID = re.compile(
    rb"(?<=>)(?=\d{4}-\d\d-\d\d \d\d:\d\d:\d\d URL:)"  # the line ends here, but the body does not
    rb"|\r?\n(?= {1,6}\d+[KM] |\r?\n? ?\d{4}-\d\d-\d\d \d\d:\d\d:\d\d "
    rb"|--\d{4}-\d\d-\d\d |---re(?:quest|sponse) )"
)
_PROGRESS = re.compile(rb" {1,6}\d+[KM] [ .,]*([^\r\n]{0,200})")
_RATES = re.compile(rb"[ .,]*(?:\d+% *)?(?:[\d.]+[KMG]?[= ]?[\d.dhms]*)?\s*")
_BODY = re.compile(rb"(?:\xef\xbb\xbf)?[ \t]*(?:<[?!A-Za-z]|HTTP/\d)|[\x1f\x28]")
_MARKUP = re.compile(rb"^[ \t]*<[?!A-Za-z]", re.MULTILINE)

_HTTP_CLIENT = re.compile(rb"^reply: ['\"]HTTP/\d", re.MULTILINE)
_LOGGED = re.compile(rb"^(?:[^\r\n<]|<[< ]){1,200}?HTTP/\d(?:\.\d)? \d{3}(?!\d)", re.MULTILINE)


class Recorder(NamedTuple):
    """A kind of recording.

    Attributes:
        knows: The function that recognises such a recording by its first bytes.
        as_http: The function that converts it to raw HTTP, or raises UnexpectedDocumentError.
        remark: The parts of an exchange that it lacks; empty for none.
    """

    knows: Callable[[bytes], bool]
    as_http: Callable[[Stream], Iterator[bytes]]
    remark: str = ""


# Colours, and curl's progress meter.


def _is_coloured(start: bytes) -> bool:
    text = _ESCAPE.sub(b"", start).lstrip()
    return len(text) < len(start.lstrip()) and (
        _MESSAGE.match(text) is not None or any(recorder.knows(text) for recorder in RECORDERS[1:])
    )


def _has_meter(start: bytes) -> bool:
    found = _METER_HEAD.search(start)
    return found is not None and _MARKUP.search(start[: found.start()]) is None


def _without(pattern: re.Pattern[bytes]) -> Callable[[Stream], Iterator[bytes]]:
    """Make a function that removes the matches of a pattern, each of at most 512 bytes."""

    def without(stream: Stream) -> Iterator[bytes]:
        held = b""
        while True:
            piece = stream.take()
            held += piece
            done, limit = 0, len(held) - (512 if piece else 0)
            for found in pattern.finditer(held):
                if found.start() >= limit:
                    break
                yield held[done : found.start()]
                done = found.end()
            kept = max(done, limit)
            yield held[done:kept]
            held = held[kept:]
            if not piece:
                return

    return without


# curl -v.


def _is_curl(start: bytes) -> bool:
    found = _CURL_HEAD.search(start)
    return found is not None and not _is_markup(start[: found.start()])


def _is_markup(before: bytes) -> bool:
    return _MARKUP.search(before) is not None or re.match(rb"HTTP/\d", before) is not None


def _of_curl(stream: Stream) -> Iterator[bytes]:
    while (line := _line(stream)) is not None and not _CURL.match(line):
        """Skip lines of the shell before those of curl."""
    stream.give_back(line or b"")
    while stream.peek(1):
        yield from _heads_of_curl(stream)
        while held := stream.peek(_LONGEST_HEAD):
            said = _SAID.search(held)
            if said is not None:
                yield stream.read(said.start())
                break
            is_end = len(held) < _LONGEST_HEAD
            yield stream.read(len(held) if is_end else len(held) - 64)


def _heads_of_curl(stream: Stream) -> Iterator[bytes]:
    """Yield the heads up to the next body, without marks."""
    head: list[bytes] = []
    while (line := _line(stream)) is not None and _CURL.match(line):
        mark = _CURL_MARK.match(line)
        text = line[mark.end() :] if mark else line
        kind = mark[0].strip()[-1:] if mark else b""
        if kind in (b"<", b">") and _MESSAGE.match(text):
            yield from head
            head = []
        if kind in (b"<", b">"):
            head.append(text)
    if line is not None:
        stream.give_back(line)
    if not (head and line == head[0]):  # with -i curl prints the head again, with the body
        yield from head


# curl --trace and --trace-ascii.


def _is_trace(start: bytes) -> bool:
    found = _TRACE_HEAD.search(start)
    return found is not None and _is_hex(start[found.end() :])


def _is_ascii_trace(start: bytes) -> bool:
    return _TRACE_HEAD.search(start) is not None


def _is_hex(dump: bytes) -> bool:
    return _HEX.match(dump.partition(b": ")[2]) is not None


def _of_trace(stream: Stream) -> Iterator[bytes]:
    for dumped in _dumps(stream):
        for _, text in dumped:
            found = _HEX.match(text + b" ")
            yield bytes.fromhex(found[0].decode()) if found else b""


def _of_ascii_trace(stream: Stream) -> Iterator[bytes]:
    for dumped in _dumps(stream):
        for (start, text), (end, _) in pairwise(dumped):
            yield text
            if end - start == len(text) + 2:
                yield b"\r\n"


def _dumps(stream: Stream) -> Iterator[list[tuple[int, bytes]]]:
    """Yield the lines of each dump of HTTP with their offsets, and last the size of the dump."""
    dumped: list[tuple[int, bytes]] = []
    size = 0
    while (line := _line(stream)) is not None:
        begun = _TRACE.search(line)
        found = _DUMPED.match(line)
        if begun is not None:
            yield [*dumped, (size, b"")]
            dumped, size = [], int(begun[2]) if begun[1] != b"SSL data" else 0
        elif found is not None and size and int(found[1], 16) < size:
            dumped.append((int(found[1], 16), found[2]))
    yield [*dumped, (size, b"")]


# wget.


def _is_wget(start: bytes) -> bool:
    found = _WGET.search(start)
    has_head = re.search(rb"^ {2}HTTP/\d|^---response begin---|^HTTP/\d", start, re.MULTILINE) is not None
    return found is not None and has_head and not _is_markup(start[: found.start()])


def _of_wget(stream: Stream) -> Iterator[bytes]:
    end_of_head = b""
    is_indented = False
    while (line := _line(stream)) is not None:
        if is_indented and not line.startswith(b"  "):
            is_indented = False
            yield b"\r\n"
        if end_of_head:
            end_of_head = b"" if line.startswith(end_of_head) else end_of_head
            yield line if end_of_head else b""
        elif line.startswith((b"---request begin---", b"---response begin---")):
            end_of_head = line.partition(b" ")[0] + b" end---"
        elif is_indented or line.startswith(b"  HTTP/"):
            is_indented = True
            yield line.lstrip(b" ")
        elif _BODY.match(line):
            stream.give_back(line)
            yield from _body_of_wget(stream)
        else:
            _refuse_dots(line)


def _body_of_wget(stream: Stream) -> Iterator[bytes]:
    while held := stream.peek(_LONGEST_HEAD):
        said = _WGET_SAID.search(held)
        is_end = said is not None or len(held) < _LONGEST_HEAD
        yield stream.read(said.end() if said else len(held) if is_end else len(held) - 64)
        if said is not None:
            _refuse_dots(stream.peek(512))
            return


def _refuse_dots(said: bytes) -> None:
    progress = _PROGRESS.match(said)
    if progress is not None and not _RATES.fullmatch(progress[1]):
        raise NotWellFormedError(
            "wget printed dots for its progress into the body, at unknown places;"
            " record with wget -nv or -q, or with curl -i"
        )


# Recognised, but not readable.


def _is_other(start: bytes) -> bool:
    """Tell whether data is neither JSON nor markup, and no line begins a message."""
    return not (is_json(start) or _MARKUP.match(start) or re.search(rb"^HTTP/\d", start, re.MULTILINE))


def _refused(name: str) -> Callable[[Stream], Iterator[bytes]]:
    def refuse(_: Stream) -> Iterator[bytes]:
        raise UnexpectedDocumentError(f"it is {name}; record with curl -i, or with a proxy that writes HAR")
        yield b""

    return refuse


def _line(stream: Stream) -> bytes | None:
    """Read the next line with its end; only a part of a very long line; None at the end."""
    held = stream.peek(_LONGEST_HEAD)
    if not held:
        return None
    end = held.find(b"\n") + 1
    return stream.read(end or len(held))


RECORDERS = (
    Recorder(_is_coloured, _without(_ESCAPE)),
    Recorder(_has_meter, _without(_METER)),
    Recorder(_is_trace, _of_trace),
    Recorder(
        _is_ascii_trace, _of_ascii_trace, "curl --trace-ascii has a dot for each byte that is not ASCII"
    ),
    Recorder(_is_curl, _of_curl),
    Recorder(_is_wget, _of_wget),
    Recorder(
        lambda start: _HTTP_CLIENT.search(start) is not None and _is_other(start),
        _refused("debug output of Python's http.client, which has no bodies"),
    ),
    Recorder(
        lambda start: _LOGGED.search(start) is not None and _is_other(start),
        _refused("a log with more than HTTP in its lines"),
    ),
)
