"""The order in which a client received the answers of one job.

Captures are ordered by the dates of their recordings if each has one. Otherwise they are ordered by their
names, with the numbers in these compared by value, so that poll-10 comes after poll-2. Files named one by
one on the command line, in an order that no shell would produce, stay as they are.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

from ..captures import responses
from ..errors import Ds3CodecError
from ..remote import is_url

__all__ = ["in_order"]

_NONE = datetime.min.replace(tzinfo=timezone.utc)  # the date of a capture without a response


def in_order(paths: Sequence[str], files: Sequence[str]) -> tuple[list[str], str]:
    """Order captures.

    Args:
        paths: The paths asked for.
        files: The captures under those paths.

    Returns:
        The captures in order, and the criterion, in words.
    """
    if len(files) < 2:
        return list(files), "the capture"
    dates = {file: _date_of(file) for file in files}
    known = {file: date for file, date in dates.items() if date is not None}
    if len(known) == len(files) and len({*known.values()} - {_NONE}) > 1:
        return sorted(files, key=lambda file: (known[file], _counted(file))), "the dates of their recording"
    if list(paths) == list(files) and not _is_listed(files):
        return list(files), "the command line"
    return sorted(files, key=_counted), "the numbers in their names"


def _date_of(file: str) -> datetime | None:
    """Return the date of the first response of a capture, or None if it has none.

    A capture without a response, or an unreadable one, takes part in no comparison, so it may come first.
    """
    if file == "-" or is_url(file):  # can be read only once
        return None
    with suppress(Ds3CodecError):
        for response in responses(file):
            return response.time or _date_in(response.headers)
    return _NONE


def _date_in(headers: Mapping[str, str]) -> datetime | None:
    try:
        date = parsedate_to_datetime(headers["date"])
    except (KeyError, ValueError, TypeError):
        return None
    return date if date.tzinfo is not None else date.replace(tzinfo=timezone.utc)


def _is_listed(files: Sequence[str]) -> bool:
    """Tell whether files are in the order of a shell: by bytes, or by letters as in most locales."""
    letters = [re.sub(r"[\W_]", "", file).casefold() for file in files]
    return list(files) == sorted(files, key=os.fsencode) or letters == sorted(letters)


def _counted(name: str) -> list[tuple[str, int]]:
    """Return the sort key of a name, in which numbers compare by value."""
    parts: list[str] = re.split(r"([0-9]+)", name)
    # int() refuses more than 4,300 digits.
    return [(text, int(number[:4000])) for text, number in zip(parts[::2], [*parts[1::2], "0"])]
