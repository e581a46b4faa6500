"""What parts of HTTP may say without telling anything."""

from __future__ import annotations

import pytest

from ds3codec.redaction.grammars import (
    any_of,
    is_date,
    is_media_type,
    is_number,
    is_phrase,
    is_status,
    items_of,
    one_of,
    option_of,
    weighted,
)

WORDS = one_of(["gzip", "br"])
CASES = [
    (is_date, ["Sat, 28 Nov 2026 06:19:00 GMT"],
     ["", "private", "Sat, 28 Nov 2026 06:19:00", "Sat, 32 Nov 2026 06:19:00 GMT",
      "Sat, 28 Nov 2026 06:19:00 GMT x", "Sat, 28 Nov 9021 07:77:00 GMT"]),
    (is_media_type, ["application/xml", "Text/XML; charset=UTF-8", 'text/html;charset="utf-8"', "*/*"],
     ["application/private", "text/xml; boundary=private", "text/xml; charset=private",
      "text/xml; charset=utf-8; x=y", "text/xml; charset=utf-8; charset=private", "private; charset=utf-8"]),
    (is_number, ["0", "123456789012345"], ["", "-1", "1234567890123456", "1.5", "\u0663", "1\n"]),
    (is_phrase, ["", "OK", "Not Found", "not found"], ["private", "OK private"]),
    (WORDS, ["gzip", "BR"], ["", "gzip2", " gzip"]),
    (items_of(WORDS), ["gzip", "gzip, br", "gzip\t,br"], ["gzip,", "gzip private", "gzip, private"]),
    (items_of(weighted(WORDS)), ["gzip;q=1.0, br; q=0.5", "gzip"],
     ["gzip;q=private", "gzip;q=2", "gzip;q=0.90210777"]),
    (option_of(["max"]), ["max=5"], ["max", "max=", "max=x", "private=5", "max=5=6"]),
    (any_of(is_number, WORDS), ["5", "gzip"], ["private"]),
]  # fmt: skip


@pytest.mark.parametrize(("accepts", "right", "wrong"), CASES)
def test_a_grammar_accepts_what_tells_nothing(accepts: object, right: list[str], wrong: list[str]) -> None:
    assert [text for text in right if not accepts(text)] == []  # type: ignore[operator]
    assert [text for text in wrong if accepts(text)] == []  # type: ignore[operator]


def test_the_codes_of_status_have_three_digits() -> None:
    assert list(map(is_status, (0, 100, 599, 999, 99, 1000, -200, 90210777))) == [True] * 4 + [False] * 4
