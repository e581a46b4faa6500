"""Serves HTTP for an appliance for tests: a thread for each connection, and h11 for the protocol."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from email.utils import formatdate
from http import HTTPStatus
from typing import Any

from ...errors import shown
from ...extras import extra
from ...formats import GZIP
from .answers import Answer, Responder, refused
from .behaviour import Behaviour
from .requests import ReceivedRequest, Refusal

__all__ = ["Server"]

_READ = 256 * 1024
_PATIENCE = 60  # the seconds that a connection may be silent
_STEPS_PER_SECOND = 20  # the number of pieces per second of a slow body


class Server:
    """Listens for requests and answers them.

    Args:
        host: The address to listen at.
        port: The port; 0 chooses a free one.
        answers: The responder to requests.
        note: A function called with the method, the target and the status of each answer.

    Attributes:
        address: Host and port, once it has started.
        behaviour: The current behaviour.
    """

    def __init__(
        self, host: str, port: int, answers: Responder, note: Callable[[str, str, int], None]
    ) -> None:
        self.address: tuple[str, int] = (host, port)
        self.behaviour: Behaviour = Behaviour()
        self._answers = answers
        self._note = note
        self._listener: socket.socket | None = None
        self._open: set[socket.socket] = set()
        self._threads: set[threading.Thread] = set()
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    def start(self) -> None:
        """Begin to listen.

        Raises:
            OSError: The address is not available; a `socket.gaierror` if the name has no address.
        """
        _h11()
        family, address = _resolved(*self.address)
        self._listener = socket.create_server(address, family=family, backlog=128)
        self.address = self._listener.getsockname()[:2]
        self._run(self._accept)

    def stop(self) -> None:
        """Close all connections, and stop listening."""
        self._stopped.set()
        if self._listener is not None:
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
        with self._lock:
            connections, threads = list(self._open), list(self._threads)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join(_PATIENCE)

    def _run(self, work: Callable[..., None], *arguments: Any) -> None:
        def run() -> None:
            try:
                work(*arguments)
            finally:
                with self._lock:
                    self._threads.discard(thread)

        thread = threading.Thread(target=run, daemon=True)
        with self._lock:
            self._threads.add(thread)
        thread.start()

    def _accept(self) -> None:
        assert self._listener is not None  # noqa: S101  (it has started)
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self._open.add(connection)
            self._run(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection, contextlib.suppress(OSError, _Over):
                connection.settimeout(_PATIENCE)
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                protocol = _Protocol(connection)
                while protocol.goes_on():
                    self._exchange(protocol)
        finally:
            with self._lock:
                self._open.discard(connection)

    def _exchange(self, protocol: _Protocol) -> None:
        request = protocol.request()
        behaviour = self._next_behaviour()
        self._stopped.wait(behaviour.delay)
        answer = _misanswered(request, behaviour) or self._answers.answer(request)
        if request.method == "HEAD":
            answer = answer._replace(body=[], size=0)
        protocol.finish_request(request)
        self._note(request.method, request.target, answer.status)
        protocol.send(answer, behaviour)

    def _next_behaviour(self) -> Behaviour:
        with self._lock:
            now = self.behaviour
            if now.times is not None:
                left = now.times - 1
                self.behaviour = replace(now, times=left) if left else Behaviour()
        return now


def _resolved(host: str, port: int) -> tuple[socket.AddressFamily, Any]:
    """Find the address to listen at, preferring IPv4; "" stands for all addresses of this machine."""
    try:
        found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except UnicodeError:
        raise socket.gaierror(socket.EAI_NONAME, f"{shown(host)} is not a valid host name") from None
    except socket.gaierror as error:
        message = f"{shown(host)} has no address ({error.strerror})"
        raise socket.gaierror(error.errno, message) from None
    family, _, _, _, address = min(found, key=lambda one: one[0] is not socket.AF_INET)
    return family, address


def _misanswered(request: ReceivedRequest, behaviour: Behaviour) -> Answer | None:
    """Make the error or the redirect of a misbehaving appliance; None if it answers properly."""
    if behaviour.error is not None:
        status, code = behaviour.error
        return refused(Refusal(status, code, "this appliance was told to fail"), request.path)
    if behaviour.redirect_to is not None:
        return Answer(307, headers=(("Location", behaviour.redirect_to.rstrip("/") + request.target),))
    return None


class _Over(Exception):  # noqa: N818  (it is an end)
    """The connection is over."""


class _Protocol:
    """One connection's HTTP."""

    def __init__(self, connection: socket.socket) -> None:
        self._h11 = _h11()
        self._connection = connection
        self._state = self._h11.Connection(self._h11.SERVER)

    def goes_on(self) -> bool:
        """Tell whether another request may follow."""
        if self._state.our_state is self._h11.DONE and self._state.their_state is self._h11.DONE:
            self._state.start_next_cycle()
        return self._state.our_state is self._h11.IDLE

    def request(self) -> ReceivedRequest:
        """Receive the head of the next request; the body is read on demand."""
        event = self._next()
        if not isinstance(event, self._h11.Request):
            raise _Over
        headers: dict[str, str] = {}
        for name, value in event.headers:
            key, text = name.decode("latin-1").lower(), value.decode("latin-1")
            headers[key] = f"{headers[key]},{text}" if key in headers else text
        return ReceivedRequest(event.method.decode(), event.target.decode("latin-1"), headers, self._body())

    def _body(self) -> Iterator[bytes]:
        if self._state.they_are_waiting_for_100_continue:
            response = self._h11.InformationalResponse(status_code=100, headers=[], reason=b"Continue")
            self._write(self._state.send(response))
        while True:
            event = self._next()
            if isinstance(event, self._h11.EndOfMessage):
                return
            if not isinstance(event, self._h11.Data):
                raise _Over
            yield bytes(event.data)

    def finish_request(self, request: ReceivedRequest) -> None:
        """Read the rest of the body of a request."""
        waits = self._state.they_are_waiting_for_100_continue
        if self._state.their_state is self._h11.SEND_BODY and not waits:
            request.received(keep=False)

    def _next(self) -> Any:
        while True:
            try:
                event = self._state.next_event()
            except self._h11.RemoteProtocolError as error:
                self._refuse(error)
                raise _Over from None
            if event is not self._h11.NEED_DATA:
                return event
            self._state.receive_data(self._connection.recv(_READ))

    def _refuse(self, error: Any) -> None:
        """Answer malformed HTTP."""
        if self._state.our_state in (self._h11.IDLE, self._h11.SEND_RESPONSE):
            status = error.error_status_hint
            answer = refused(Refusal(status, "BadRequest", "the request is not HTTP"), "/")
            self.send(answer, Behaviour(close_delay=0))

    def send(self, answer: Answer, behaviour: Behaviour) -> None:
        """Send an answer, with the given behaviour."""
        pieces, size = answer.body, answer.size
        headers = [("Date", formatdate(usegmt=True)), ("Server", "ds3codec"), *answer.headers]
        if size is None and isinstance(pieces, (list, tuple)):
            size = sum(map(len, pieces))
        if size != 0 and answer.status != HTTPStatus.NO_CONTENT:
            kind = "application/xml" if answer.size is None else "application/octet-stream"
            headers.append(("Content-Type", kind))
        if behaviour.compress and size != 0:
            headers.append(("Content-Encoding", GZIP.codings[0]))
            pieces, size = _compressed(pieces), None
        if size is not None and not behaviour.chunked and answer.status != HTTPStatus.NO_CONTENT:
            headers.append(("Content-Length", str(size)))
        if behaviour.close_delay is not None:
            headers.append(("Connection", "close"))
        reason = HTTPStatus(answer.status).phrase.encode()
        response = self._h11.Response(status_code=answer.status, headers=headers, reason=reason)
        self._write(self._state.send(response))
        for piece in _paced(_cut(pieces, behaviour.die_after), behaviour.bytes_per_second):
            self._write(self._state.send(self._h11.Data(data=piece)))
        if behaviour.die_after is not None:
            raise _Over
        self._write(self._state.send(self._h11.EndOfMessage()))
        if behaviour.close_delay is not None:
            time.sleep(behaviour.close_delay)
            raise _Over

    def _write(self, data: bytes | None) -> None:
        if data:
            self._connection.sendall(data)


def _compressed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    compressor = GZIP.compressor()
    for piece in pieces:
        yield compressor.compress(piece)
    yield compressor.flush()


def _cut(pieces: Iterable[bytes], size: int | None) -> Iterator[bytes]:
    """Yield the first `size` bytes of a body, or all of them if it is None."""
    sent = 0
    for piece in pieces:
        part = piece if size is None else piece[: size - sent]
        sent += len(part)
        if part:
            yield part
        if sent == size:
            return


def _paced(pieces: Iterator[bytes], bytes_per_second: int | None) -> Iterator[bytes]:
    if bytes_per_second is None:
        yield from pieces
        return
    step = max(1, bytes_per_second // _STEPS_PER_SECOND)
    for piece in pieces:
        for start in range(0, len(piece), step):
            yield piece[start : start + step]
            time.sleep(1 / _STEPS_PER_SECOND)


def _h11() -> Any:
    with extra("testing"):
        import h11  # noqa: PLC0415
    return h11
