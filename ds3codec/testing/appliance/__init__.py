"""An appliance for tests: a real HTTP server on loopback that keeps jobs in memory.

    with Appliance() as appliance:
        appliance.add_bucket("archive", {"reels/1.mov": 5_000_000})
        client.connect(appliance.url)

It answers the operations of `ds3codec.operations` and the few others that a job needs in its life: objects
are put and got by native requests, a job is cancelled. Of the objects it keeps the lengths only, so what is
got is zeros. What it does not know it answers with 501. Needs the extra `testing`.

The parts: `store` has the buckets and jobs, `answers` does what is asked for, `requests` and `signatures` say
what is asked for and by whom, and `server` speaks HTTP.
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
    """A request that was answered.

    Attributes:
        method: The method.
        target: Path and query, as they were sent.
        status: The status of the answer.
    """

    method: str
    target: str
    status: int


class Appliance:
    """A server for tests; a context manager, which serves from the beginning of the block to its end.

    Args:
        host: The name or the address, of IPv4 or IPv6, to listen at; "" for all of this machine.
        port: The port; 0 for a free one.
        api_version: The version of the API in whose form it answers, such as "5.4".
        credentials: The secret keys of users by their access ids; with any, each request has to be signed
            as Amazon's S3 had it in version 2.
        chunk_objects: How many blobs a chunk has at most.
        blob_size: How many bytes a blob has at most.
        chunk_seconds: How long it takes to get the next chunk of a job ready.
        retry_after: The seconds that `Retry-After` says.
        nodes: How many nodes there are.

    Attributes:
        exchanges: What was asked for, and how it was answered, in order.

    Raises:
        VersionError: There is no such version.
        UsageError: An option is none that there can be, or a number less.
        OSError: On entering: the address cannot be listened at, or the name stands for none.
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
        """Where it can be reached, such as "http://127.0.0.1:40123"; UsageError before it serves."""
        host, port = self._server.address
        if not port:
            raise UsageError("the appliance serves only inside its with block")
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def add_bucket(self, name: str, objects: Mapping[str, int] | None = None) -> None:
        """Make a bucket, with objects of so many bytes in it, or add more objects to one that is there.

        Raises:
            UsageError: A name is none that a bucket or an object can have, or a size is no number of bytes.
        """
        self._store.add_bucket(name, objects or {})

    def add_put_job(
        self, bucket: str, objects: Mapping[str, int], *, aggregating: bool = False, name: str | None = None
    ) -> str:
        """Make the job that a bulk PUT of objects of so many bytes makes; its id."""
        return self._store.add_put_job(bucket, objects, aggregating, name)

    def add_large_job(self, objects: int, **options: Any) -> str:
        """Make a bulk GET of so many objects, which is kept in a file; its id.

        It is answered with as a whole; of its chunks none can be asked for alone. Half a million objects take
        half a minute to make.

        Args:
            objects: How many.
            options: Those of `write_document`; by default objects are not cut into blobs.
        """
        return self._store.add_large_job(objects, {"blob_size": None, **options})

    def job(self, job_id: str) -> MasterObjectList:
        """A job as it is now, with all of its chunks; without them, if it is kept in a file.

        Raises:
            UsageError: There is no such job.
        """
        return self._store.find(job_id).whole()

    def forget(self, job_id: str) -> None:
        """Delete a job, as after it was completed or cancelled long ago.

        Raises:
            UsageError: There is no such job.
        """
        self._store.forget(job_id)

    def behave(self, **changes: Any) -> None:
        """Answer otherwise from now on: `Behaviour` says how; without arguments, as usual again.

        Raises:
            UsageError: A value is none that it can have.
        """
        self._server.behaviour = Behaviour(**changes)

    def _note(self, method: str, target: str, status: int) -> None:
        self.exchanges.append(Exchange(method, target, status))
