"""The command `serve`: an appliance for tests, until the user interrupts."""

from __future__ import annotations

import os
import socket
import sys
import threading
from typing import NamedTuple

from ..errors import UsageError
from ..testing.appliance import Appliance
from .terminal import EXIT_CLEAN, EXIT_UNREADABLE, failed, put

__all__ = ["Wanted", "run"]

_ACCESS, _SECRET = "DS3_ACCESS_KEY", "DS3_SECRET_KEY"  # as the vendor's clients call them


class Wanted(NamedTuple):
    """The options of the command."""

    host: str
    port: int
    buckets: list[str]
    objects: int | None
    api_version: str
    chunk_objects: int
    chunk_seconds: float
    signed: bool


def run(wanted: Wanted) -> int:
    """Serve until the user interrupts, which is the usual end, and give the exit status."""
    try:
        _serve(wanted)
    except KeyboardInterrupt:
        return EXIT_CLEAN
    except OSError as error:
        is_name = isinstance(error, socket.gaierror)  # whose numbers are not those of the system
        reason = error.strerror if is_name else os.strerror(error.errno or 0)
        failed(f"cannot listen at {wanted.host}, port {wanted.port}: {reason}")
        return EXIT_UNREADABLE
    return EXIT_CLEAN


def _serve(wanted: Wanted) -> None:
    with Appliance(
        host=wanted.host,
        port=wanted.port,
        api_version=wanted.api_version,
        credentials=_credentials() if wanted.signed else None,
        chunk_objects=wanted.chunk_objects,
        chunk_seconds=wanted.chunk_seconds,
    ) as appliance:
        for bucket in wanted.buckets:
            appliance.add_bucket(bucket)
        put(f"serving at {appliance.url}")
        if wanted.objects is not None:
            job = appliance.add_large_job(wanted.objects)
            put(f"job {job} has {wanted.objects:,} objects, of bucket {appliance.job(job).bucket_name}")
        sys.stdout.flush()
        threading.Event().wait()


def _credentials() -> dict[str, str]:
    if not os.environ.get(_ACCESS) or not os.environ.get(_SECRET):
        raise UsageError(f"--signed needs {_ACCESS} and {_SECRET} in the environment")
    return {os.environ[_ACCESS]: os.environ[_SECRET]}
