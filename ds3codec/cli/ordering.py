"""The order of the answers of one job, as a client got them: by what they say, not as a folder lists them.

The dates of the recordings come first, where each capture has one. Else the numbers in the names count as
people count, so that poll-10 comes behind poll-2. An order that somebody has written down stays: files that
are named one by one, and not as a shell lists them.
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

_NONE = datetime.min.replace(tzinfo=timezone.utc)


def in_order(paths: Sequence[str], files: Sequence[str]) -> tuple[list[str], str]:
    """Order captures.

    Args:
        paths: What was asked for.
        files: The captures that it stands for.

    Returns:
        The captures in their order, and what that goes by, in words.
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
    """When the first response of a capture was recorded, or the server wrote it; None if that is not known.

    What has no response, or cannot be read, is compared with nothing, and may come first.
    """
    if file == "-" or is_url(file):  # which are read once
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
    """Tell whether files are in the order of a shell: by bytes, or by letters as languages have it."""
    letters = [re.sub(r"[\W_]", "", file).casefold() for file in files]
    return list(files) == sorted(files, key=os.fsencode) or letters == sorted(letters)


def _counted(name: str) -> list[tuple[str, int]]:
    """What a name is ordered by: its texts, and between them its numbers by their values."""
    parts: list[str] = re.split(r"([0-9]+)", name)
    return [(text, int(number[:4000])) for text, number in zip(parts[::2], [*parts[1::2], "0"])]
