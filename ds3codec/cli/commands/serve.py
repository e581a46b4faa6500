"""The command `serve`: runs an appliance for tests until the user interrupts."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterable
from importlib.util import find_spec
from typing import Any

import click

from ...errors import UsageError
from ...testing.documents import LATEST
from ...validation import VersionError
from ..options import more_help
from ..outputs import Refused
from ..terminal import EXIT_CLEAN, EXIT_UNREADABLE, failed, put, told

__all__ = ["serve"]

_ACCESS, _SECRET = "DS3_ACCESS_KEY", "DS3_SECRET_KEY"  # the names that the vendor's clients use


@click.command()
@click.option("--host", default="127.0.0.1", help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Port to listen on; 0 picks a free one."
)
@click.option(
    "--bucket", "buckets", multiple=True, default=("archive",), help="Create this bucket; repeatable."
)
@click.option("--objects", type=click.IntRange(0), help="Create a bulk GET job of this many objects.")
@click.option("--api-version", default=LATEST, metavar="VERSION", help="API version of the responses.")
@click.option("--chunk-objects", type=click.IntRange(1), default=1000, help="Blobs per chunk.")
@click.option(
    "--chunk-seconds", type=click.FloatRange(0), default=0, help="Seconds until the next chunk is ready."
)
@click.option("--signed", is_flag=True, help="Accept only requests signed with DS3_SECRET_KEY.")
@more_help(
    "The appliance knows the operations that `ds3codec operations` lists, and PUT and GET of a job's objects."
    " It answers every other request with 501. The content of objects is all zeros.",
    examples=(
        "ds3codec serve --port 8080",
        "ds3codec serve --objects 500000 --api-version 5.4",
    ),
)
def serve(buckets: tuple[str, ...], objects: int | None, signed: bool, **options: Any) -> int:
    """Run a test appliance on this machine until interrupted (extra testing)."""
    if find_spec("h11") is None:
        raise click.UsageError("serve needs the extra testing: pip install 'ds3codec[testing]'")
    try:
        _serve(buckets, objects, credentials=_credentials() if signed else None, **options)
    except (UsageError, VersionError) as error:
        raise Refused(str(error)) from error
    except KeyboardInterrupt:  # the usual end
        return EXIT_CLEAN
    except OSError as error:
        failed(told(error, f"listen at {options['host']}, port {options['port']}"))
        return EXIT_UNREADABLE
    return EXIT_CLEAN


def _serve(buckets: Iterable[str], objects: int | None, **options: Any) -> None:
    from ...testing.appliance import Appliance  # noqa: PLC0415  (only with the extra)

    with Appliance(**options) as appliance:
        for bucket in buckets:
            appliance.add_bucket(bucket)
        put(f"serving at {appliance.url}")
        if objects is not None:
            job = appliance.add_large_job(objects)
            put(f"job {job} has {objects:,} objects, of bucket {appliance.job(job).bucket_name}")
        sys.stdout.flush()
        threading.Event().wait()


def _credentials() -> dict[str, str]:
    if not os.environ.get(_ACCESS) or not os.environ.get(_SECRET):
        raise UsageError(f"--signed needs {_ACCESS} and {_SECRET} in the environment")
    return {os.environ[_ACCESS]: os.environ[_SECRET]}
