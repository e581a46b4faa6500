"""What blobs say, each for itself and in sum. A column is asked as a whole, and its blobs only if need be."""

from __future__ import annotations

from functools import cache, partial
from operator import itemgetter

from ...decoding.columns import Column
from ...models import Blob, JobChunk, JobStatus, MasterObjectList
from ...wire.members import Member, attributes
from ..parts import Part
from .base import Check, Context, Rule, Severity

__all__ = [
    "CacheContradicted",
    "CacheNotTold",
    "LengthsLessThanOriginal",
    "LengthsMoreThanOriginal",
    "NegativeNumbers",
    "ObjectNames",
    "OtherBuckets",
    "VersionsMixed",
]

_LONGEST_NAME = 1024  # bytes of UTF-8
_LONGEST_CHARACTER = 4  # bytes of UTF-8


class NegativeNumbers(Check):
    """Goes over the columns of numbers."""

    rules: tuple[Rule, ...] = (
        Rule(
            "negative-number", "consistency", Severity.ERROR,
            "A length, an offset, a size or a chunk number below zero.",
            "They count bytes, or chunks.",
            'Length="-1"',
        ),
    )  # fmt: skip

    def header(self, job: MasterObjectList) -> None:
        for member in _numbers(MasterObjectList):
            value = getattr(job, member.field)
            if value is not None and value < 0:
                self.found(f"{member.name} is {value}", self.root.inside(f"@{member.name}"))

    def part(self, part: Part) -> None:
        of_chunks = [
            (before, 0, f"{member.name} is {value}", partial(part.chunk_place, at, member.name))
            for member in _numbers(JobChunk)
            for at, value in _negative(part.chunks(member.field))
            for before in [part.columns.boundaries[at]]
        ]
        of_blobs = [
            (at, 1, f"{member.name} is {value}", partial(part.blob_place, at, member.name))
            for member in _numbers(Blob)
            for at, value in _negative(part.blobs(member.field))
        ]
        # In the order of the document, for only the first of them may be kept; a chunk is before its blobs.
        for _, _, message, place in sorted([*of_chunks, *of_blobs], key=itemgetter(0, 1)):
            self.found(message, place)


@cache
def _numbers(model: type) -> list[Member]:
    """The members that count something. Of a Version, which only some have, no source says that it does."""
    numbers = [member for member in attributes(model) if member.type is int]
    return numbers if model is MasterObjectList else [member for member in numbers if member.required]


def _negative(column: Column) -> list[tuple[int, int]]:
    """The numbers below zero in a column, with their places in it."""
    if min(filter(None, column), default=0) >= 0:
        return []
    return [(at, value) for at, value in enumerate(column) if value is not None and value < 0]


class _Lengths(Check):
    """Remembers the sum of the lengths; those below zero count as 0."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.total: int = 0

    @property
    def original(self) -> int:
        """The original size; 0 where it is not known yet."""
        return (self.job and self.job.original_size_in_bytes) or 0

    def part(self, part: Part) -> None:
        self.total += part.total_length


class LengthsMoreThanOriginal(_Lengths):
    """Remembers the sum of the lengths, and whether it was found to be too large."""

    rules: tuple[Rule, ...] = (
        Rule(
            "lengths-more-than-original", "consistency", Severity.ERROR,
            "The blobs' lengths add up to more than OriginalSizeInBytes.",
            "The job is the sum of its blobs. An original size of 0 means that it is not known yet.",
            'OriginalSizeInBytes="10", and a blob of Length="11"',
        ),
    )  # fmt: skip

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._exceeded = False

    def part(self, part: Part) -> None:
        before = self.total
        super().part(part)
        if self._exceeded or not self.original or self.total <= self.original:
            return
        self._exceeded = part.blob_count > 0
        for at, length in enumerate(part.lengths):
            before += length
            if before > self.original:
                message = (
                    f"up to here the lengths add up to {before} bytes, OriginalSizeInBytes is {self.original}"
                )
                self.found(message, partial(part.blob_place, at, "Length"))
                return


class LengthsLessThanOriginal(_Lengths):
    """Remembers the sum of the lengths, and whether one of them is missing or wrong."""

    rules: tuple[Rule, ...] = (
        Rule(
            "lengths-less-than-original", "consistency", Severity.WARNING,
            "The blobs' lengths add up to less than the answer should list.",
            "An answer that lists the whole job, or all of it that is not yet completed, misses objects. "
            "Judged where the request is known and the job in progress.",
            'OriginalSizeInBytes="10" after a Create Bulk GET, and a single blob of Length="9"',
        ),
    )  # fmt: skip

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._has_unknown = False

    def part(self, part: Part) -> None:
        super().part(part)
        self._has_unknown = self._has_unknown or None in part.blobs("length")

    def end(self) -> None:
        job, operation = self.job, self.operation
        if job is None or operation is None or job.status is not JobStatus.IN_PROGRESS or self._has_unknown:
            return
        done = job.completed_size_in_bytes or 0 if operation.lists == "outstanding" else 0
        if operation.lists != "some" and self.total + done < self.original:
            message = (
                f"the lengths add up to {self.total} bytes, and {done} are completed, "
                f"but OriginalSizeInBytes is {self.original}"
            )
            self.found(message, self.root.inside("@OriginalSizeInBytes"))


class CacheContradicted(Check):
    """Goes over one column."""

    rules: tuple[Rule, ...] = (
        Rule(
            "cache-contradicts-blobs", "consistency", Severity.ERROR,
            "EntirelyInCache is true, and a blob's InCache is false.",
            "All of the job's blobs should be in cache.",
            'EntirelyInCache="true", and a blob with InCache="false"',
        ),
    )  # fmt: skip

    def part(self, part: Part) -> None:
        states = part.blobs("in_cache")
        if self.job is None or not self.job.entirely_in_cache or False not in states:
            return
        for at, state in enumerate(states):
            if state is False:
                message = "the blob is not in cache, though the job is entirely"
                self.found(message, partial(part.blob_place, at, "InCache"))


class CacheNotTold(_Lengths):
    """Remembers the sum of the lengths, and whether all blobs are in cache."""

    rules: tuple[Rule, ...] = (
        Rule(
            "cache-not-told", "consistency", Severity.WARNING,
            "EntirelyInCache is false, though the blobs are the whole job and all in cache.",
            "A client would wait for blobs that are already there.",
            'EntirelyInCache="false", every blob InCache="true", and the lengths add up to the original size',
        ),
    )  # fmt: skip

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._all_cached = True

    def part(self, part: Part) -> None:
        super().part(part)
        self._all_cached = self._all_cached and part.blobs("in_cache").count(True) == part.blob_count

    def end(self) -> None:
        if self.job is None or self.job.entirely_in_cache is not False or not self._all_cached:
            return
        if self.total and self.total == self.job.original_size_in_bytes:
            message = "every blob of the job is in cache, but EntirelyInCache is false"
            self.found(message, self.root.inside("@EntirelyInCache"))


class OtherBuckets(Check):
    """Goes over one column."""

    rules: tuple[Rule, ...] = (
        Rule(
            "other-bucket", "consistency", Severity.ERROR, "An object's Bucket is not the job's BucketName.",
            "A job is about one bucket.",
            'BucketName="a", and an object with Bucket="b"',
        ),
    )  # fmt: skip

    def part(self, part: Part) -> None:
        name = self.job.bucket_name if self.job is not None else None
        buckets = part.blobs("bucket")
        if name is None or {None, name}.issuperset(buckets):
            return
        for at, bucket in enumerate(buckets):
            if bucket not in (None, name):
                message = f"the object is in bucket {bucket!r}, the job is about {name!r}"
                self.found(message, partial(part.blob_place, at, "Bucket"))


class VersionsMixed(Check):
    """Remembers which of the two came first."""

    rules: tuple[Rule, ...] = (
        Rule(
            "versions-mixed", "consistency", Severity.ERROR,
            "Some objects have Version and some VersionId, or one has both.",
            "Version, up to API 4.1, became VersionId in 5.0; no appliance writes both.",
            'Version="1", and VersionId="..." on another object',
        ),
    )  # fmt: skip

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._first: str | None = None

    def part(self, part: Part) -> None:
        columns = {"Version": part.blobs("version"), "VersionId": part.blobs("version_id")}
        absent = [name for name, column in columns.items() if column.count(None) == len(column)]
        if len(absent) == 2 or [self._first] == [name for name in columns if name not in absent]:
            return
        for at, both in enumerate(zip(*columns.values())):
            has = [name for name, value in zip(columns, both) if value is not None]
            self._first = self._first or (has[0] if has else None)
            for other in [name for name in has if name != self._first]:
                message = f"the object has {other}, but {self._first} came before"
                self.found(message, partial(part.blob_place, at, other))


class ObjectNames(Check):
    """Goes over one column."""

    rules: tuple[Rule, ...] = (
        Rule(
            "object-name", "consistency", Severity.NOTE,
            "An object's name that other systems cannot accept.",
            "S3 allows 1,024 bytes of UTF-8; many file systems and tools refuse control characters, and take "
            "a leading slash for the root.",
            'Name="/video.mov"',
        ),
    )  # fmt: skip

    def part(self, part: Part) -> None:
        names = part.blobs("name")
        present = list(filter(None, names))
        is_short = max(map(len, present), default=0) * _LONGEST_CHARACTER <= _LONGEST_NAME
        if is_short and "\n/" not in "\n".join(["", *present]) and _has_no_control(part, present):
            return
        for at, name in enumerate(names):
            trouble = _trouble_with(name) if name is not None else None
            if trouble is not None:
                self.found(trouble, partial(part.blob_place, at, "Name"))


def _has_no_control(part: Part, names: list[str]) -> bool:
    """Whether there is certainly no control character in names; in the text, only a reference can be one."""
    text = part.passage.text if part.passage is not None else "&"
    if text.isascii() and "&" not in text:
        return "\x7f" not in text
    return "".join(names).isprintable()


def _trouble_with(name: str) -> str | None:
    size = len(name.encode())
    if size > _LONGEST_NAME:
        return f"the name is {size} bytes of UTF-8, more than the {_LONGEST_NAME} that S3 allows"
    control = next((character for character in name if _is_control(character)), None)
    if control is not None:
        return f"the name has the control character U+{ord(control):04X}"
    return "the name begins with a slash" if name.startswith("/") else None


def _is_control(character: str) -> bool:
    return character < " " or "\x7f" <= character <= "\x9f"
