"""What a job says of itself: its sizes, its status, its start. None of these looks at blobs."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from xsdata.models.datatype import XmlDateTime

from ...models import JobRequestType, JobStatus, MasterObjectList
from ...wire.members import attributes
from .base import Check, Rule, Severity

__all__ = [
    "CachedMoreThanOriginal",
    "CompletedMoreThanCached",
    "CompletedMoreThanOriginal",
    "CompletedWithBytesOutstanding",
    "StartInTheFuture",
]

_CLOCKS_DIFFER = timedelta(minutes=5)
_ORIGINAL = "OriginalSizeInBytes"


class _Exceeded(Check):
    """Compares two sizes of the job. An original size of 0 is not judged: it is not known yet.

    Attributes:
        size: The member that must not be larger.
        limit: The member that it must not exceed.
    """

    size: str = ""
    limit: str = ""

    def header(self, job: MasterObjectList) -> None:
        sizes = {member.name: getattr(job, member.field) for member in attributes(MasterObjectList)}
        size, limit = sizes[self.size], sizes[self.limit]
        if size is None or limit is None or (limit == 0 and self.limit == _ORIGINAL):
            return
        if size > limit:
            message = f"{self.size} is {size} bytes, {self.limit} {limit}"
            self.found(message, self.root.inside(f"@{self.size}"))


class CompletedMoreThanCached(_Exceeded):
    """Compares two sizes."""

    rules: tuple[Rule, ...] = (
        Rule(
            "completed-more-than-cached", "consistency", Severity.WARNING,
            "CompletedSizeInBytes is larger than CachedSizeInBytes.",
            "Completely processed bytes went through the cache before.",
            'CachedSizeInBytes="0" CompletedSizeInBytes="10"',
        ),
    )  # fmt: skip
    size: str = "CompletedSizeInBytes"
    limit: str = "CachedSizeInBytes"


class CompletedMoreThanOriginal(_Exceeded):
    """Compares two sizes."""

    rules: tuple[Rule, ...] = (
        Rule(
            "completed-more-than-original", "consistency", Severity.ERROR,
            "CompletedSizeInBytes is larger than OriginalSizeInBytes.",
            "No more than the whole job can be completed. An original size of 0 means: not known yet.",
            'OriginalSizeInBytes="10" CompletedSizeInBytes="11"',
        ),
    )  # fmt: skip
    size: str = "CompletedSizeInBytes"
    limit: str = _ORIGINAL


class CachedMoreThanOriginal(_Exceeded):
    """Compares two sizes."""

    rules: tuple[Rule, ...] = (
        Rule(
            "cached-more-than-original", "consistency", Severity.ERROR,
            "CachedSizeInBytes is larger than OriginalSizeInBytes.",
            "No more than the whole job can be in cache. An original size of 0 means: not known yet.",
            'OriginalSizeInBytes="10" CachedSizeInBytes="11"',
        ),
    )  # fmt: skip
    size: str = "CachedSizeInBytes"
    limit: str = _ORIGINAL


class CompletedWithBytesOutstanding(Check):
    """Compares the sizes of a completed job."""

    rules: tuple[Rule, ...] = (
        Rule(
            "completed-with-bytes-outstanding", "consistency", Severity.WARNING,
            "The status is COMPLETED, with bytes outstanding.",
            "Bytes that are not completely processed are outstanding. For a PUT, only bytes that were not "
            "received count: real ones are COMPLETED with everything in the cache and nothing completed.",
            'Status="COMPLETED" RequestType="GET" CompletedSizeInBytes="0" OriginalSizeInBytes="10"',
        ),
    )  # fmt: skip

    def header(self, job: MasterObjectList) -> None:
        original, completed = job.original_size_in_bytes, job.completed_size_in_bytes
        if job.status is not JobStatus.COMPLETED or original is None or completed is None:
            return
        is_put = job.request_type is JobRequestType.PUT
        outstanding = original - (max(completed, job.cached_size_in_bytes or 0) if is_put else completed)
        if outstanding > 0:
            message = f"the job is COMPLETED, but of {original} bytes {outstanding} are outstanding"
            self.found(message, self.root.inside("@Status"))


class StartInTheFuture(Check):
    """Compares the start with the clock of this machine."""

    rules: tuple[Rule, ...] = (
        Rule(
            "start-in-the-future", "consistency", Severity.WARNING, "StartDate is in the future.",
            "The clock of the appliance, or of this machine, is wrong by more than five minutes.",
            'StartDate="2999-01-01T00:00:00.000Z"',
        ),
    )  # fmt: skip

    def header(self, job: MasterObjectList) -> None:
        start = job.start_date
        if start is None:
            return
        now = datetime.now(timezone.utc) + _CLOCKS_DIFFER
        limit = (now.year, now.month, now.day, now.hour, now.minute, now.second)
        if start.year > now.year + 1 or (start.year >= now.year - 1 and _in_utc(start) > limit):
            self.found(f"the job starts at {start}", self.root.inside("@StartDate"))


def _in_utc(moment: XmlDateTime) -> tuple[int, ...]:
    """Year to second in UTC, of a year that `datetime` has; 24:00:00 is the next day's first second."""
    day = datetime(moment.year, moment.month, moment.day)
    minutes = moment.minute - (moment.offset or 0)
    shifted = day + timedelta(hours=moment.hour, minutes=minutes, seconds=moment.second)
    return shifted.timetuple()[:6]
