"""An appliance for tests: a real HTTP server on loopback that keeps jobs in memory.

    with Appliance() as appliance:
        appliance.add_bucket("archive", {"reels/1.mov": 5_000_000})
        client.connect(appliance.url)

It answers the operations of `ds3codec.operations`, and the few others in the life of a job: native requests
that put and get objects, and cancelling a job. It keeps only the lengths of objects, so a GET returns zeros.
It answers unknown requests with 501. Needs the extra `testing`.

The parts: `store` keeps the buckets and jobs, `answers` carries out requests, `requests` parses them,
`signatures` checks who sent them, and `server` speaks HTTP.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any, NamedTuple

from ...errors import UsageError
from ...models import MasterObjectList
from ...options import check_number, check_type
from ...validation.versions import resolved
from ..documents import LATEST
from .answers import Responder
from .behaviour import Behaviour, check_limit
from .server import Server
from .signatures import Credentials
from .store import Store

__all__ = ["Appliance", "Behaviour", "Exchange"]

_BLOB_SIZE = 64 * 2**30
_MOST = 2**63 - 1
_MOST_NODES = 10_000


class Exchange(NamedTuple):
    """A request and the status of its answer.

    Attributes:
        method: The method.
        target: Path and query, as they were sent.
        status: The status of the answer.
    """

    method: str
    target: str
    status: int


class Appliance:
    """A server for tests; a context manager, which serves during the block.

    Args:
        host: The name or the IPv4 or IPv6 address to listen at; "" for all addresses of this machine.
        port: The port; 0 chooses a free one.
        api_version: The version of the API in its answers, such as "5.4".
        credentials: The secret keys of users by their access ids. If there are any, each request must have an
            S3 signature of version 2.
        chunk_objects: The maximum number of blobs in a chunk.
        blob_size: The maximum size of a blob in bytes.
        chunk_seconds: The time until the next chunk of a job is ready, in seconds.
        retry_after: The seconds in `Retry-After`.
        nodes: The number of nodes.

    Attributes:
        exchanges: The requests with the statuses of their answers, in order.

    Raises:
        VersionError: The version does not exist.
        UsageError: An option is invalid.
        OSError: On entering: the address is not available, or the name has no address.
    """

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        api_version: str = LATEST,
        credentials: Mapping[str, str] | None = None,
        chunk_objects: int = 1000,
        blob_size: int = _BLOB_SIZE,
        chunk_seconds: float = 0,
        retry_after: int = 1,
        nodes: int = 1,
    ) -> None:
        check_type("host", host, str)
        check_type("credentials", credentials, Mapping, type(None))
        for name, number, least, most in (
            ("port", port, 0, 65535),
            ("chunk_objects", chunk_objects, 1, _MOST),
            ("blob_size", blob_size, 1, _MOST),
            ("retry_after", retry_after, 0, _MOST),
            ("nodes", nodes, 1, _MOST_NODES),
        ):
            check_number(name, number, least, most)
        check_type("chunk_seconds", chunk_seconds, int, float)
        check_limit("chunk_seconds", chunk_seconds, 0)
        self.exchanges: list[Exchange] = []
        self._store = Store(resolved(api_version), chunk_objects, blob_size, chunk_seconds, nodes)
        self._answers = Responder(self._store, Credentials(credentials or {}), retry_after)
        self._server = Server(host, port, self._answers, self._note)

    def __enter__(self) -> Appliance:
        self._server.start()
        self._store.address = self._server.address
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()
        self._store.close()

    @property
    def url(self) -> str:
        """The URL of the server, such as "http://127.0.0.1:40123". Raises UsageError before it serves."""
        host, port = self._server.address
        if not port:
            raise UsageError("the appliance serves only inside its with block")
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def add_bucket(self, name: str, objects: Mapping[str, int] | None = None) -> None:
        """Make a bucket with objects, given their sizes in bytes, or add objects to an existing bucket.

        Raises:
            UsageError: The name of a bucket or an object is invalid, or a size is not a number of bytes.
        """
        self._store.add_bucket(name, objects or {})

    def add_put_job(
        self, bucket: str, objects: Mapping[str, int], *, aggregating: bool = False, name: str | None = None
    ) -> str:
        """Make the job of a bulk PUT of objects, given their sizes in bytes. Returns its id."""
        return self._store.add_put_job(bucket, objects, aggregating, name)

    def add_large_job(self, objects: int, **options: Any) -> str:
        """Make the job of a bulk GET, kept in a file. Returns its id.

        Answers contain all of its chunks; they cannot be requested one by one. Half a million objects take a
        few seconds to make.

        Args:
            objects: The number of objects.
            options: The options of `write_document`; by default objects are not cut into blobs.
        """
        return self._store.add_large_job(objects, {"blob_size": None, **options})

    def job(self, job_id: str) -> MasterObjectList:
        """Return a job in its current state, with all of its chunks; without them if it is kept in a file.

        Raises:
            UsageError: The job does not exist.
        """
        return self._store.find(job_id).whole()

    def forget(self, job_id: str) -> None:
        """Delete a job, as an appliance does long after it was completed or cancelled.

        Raises:
            UsageError: The job does not exist.
        """
        self._store.forget(job_id)

    def behave(self, **changes: Any) -> None:
        """Change the behaviour from now on, by the fields of `Behaviour`; without arguments, back to normal.

        Raises:
            UsageError: A value is invalid.
        """
        self._server.behaviour = Behaviour(**changes)

    def _note(self, method: str, target: str, status: int) -> None:
        self.exchanges.append(Exchange(method, target, status))
