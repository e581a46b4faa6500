"""The decoder accepts a value exactly where the schema's type does: libxml2's validator is the judge."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from xsdata.models.datatype import XmlDateTime

from ds3codec import Blob, EncodeError, InvalidValueError, JobChunk, decode, encode
from tests.examples import blob, chunk, job, valid

WHOLE_NUMBERS = [
    *(
        "0",
        "-0",
        "+0",
        "007",
        "-1",
        "+1",
        " 5 ",
        "\t5\n",
        "2147483647",
        "2147483648",
        "-2147483648",
        "-2147483649",
    ),
    *("9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809"),
    *(
        "0" * 5000 + "1",
        "1" * 5000,
        "999999999",
        "9999999999",
        "999999999999999999",
        "1_000",
        "٣",
        "²",
        "+ 5",
        "--5",
    ),
    *("", " ", "5.0", "1e3", "0x10", "\u00a05", "5\u2003", "1,000", "+", "-", "five", "1 2", "\u0661\u0662"),
]
BOOLEANS = [
    *(
        "true",
        "false",
        "TRUE",
        "FALSE",
        "1",
        "0",
        " true ",
        "\nFALSE\t",
        "True",
        "False",
        "yes",
        "no",
        "",
        "on",
        "2",
    ),
    *("tRUE", "t", "true false", "\u00a0true", "01", "+1"),
]
DATES = [
    *(
        "2026-03-14T09:26:53.589Z",
        "2026-03-14T09:26:53Z",
        "2026-03-14T09:26:53",
        " 2026-03-14T09:26:53.5+02:00 ",
    ),
    *("2024-02-29T00:00:00Z", "2023-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2000-02-29T00:00:00Z"),
    *("2026-03-14T24:00:00Z", "2026-03-14T24:00:00.000Z", "2026-03-14T24:00:01Z", "2026-03-14T25:00:00Z"),
    *("2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-04-31T00:00:00Z", "2026-01-01T00:60:00Z"),
    *("2026-01-01T00:00:60Z", "0000-01-01T00:00:00Z", "-0001-01-01T00:00:00Z", "12026-01-01T00:00:00Z"),
    *(
        "02026-01-01T00:00:00Z",
        "226-01-01T00:00:00Z",
        "2026-01-01T00:00:00+13:59",
        "2026-01-01T00:00:00-14:01",
    ),
    *(
        "2026-01-01T00:00:00+15:00",
        "2026-01-01T00:00:00+14:00",
        "2026-01-01T00:00:00-14:00",
        "2026-01-01T00:00:00+01:59",
        "2026-01-01T00:00:00+01:60",
        "2026-01-01T23:59:59Z",
        "2026-01-00T00:00:00Z",
        "2026-01-28T00:00:00Z",
        "2026-02-28T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "2024-02-29T00:00:00Z",
        "2100-02-29T00:00:00Z",
        "2000-02-29T00:00:00Z",
        "2026-01-31T00:00:00Z",
        "2026-01-32T00:00:00Z",
        "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00.123456789Z",
        "2026-01-01",
        "",
    ),
    *(
        "2026-01-01 00:00:00Z",
        "2026-01-01t00:00:00z",
        "2026-01-01T00:00Z",
        "20260101T000000Z",
        "٢٠٢٦-01-01T00:00:00Z",
    ),
]
ORDERS = ["IN_ORDER", "NONE", "in_order", " NONE", "NONE ", "", "ANY", "IN_ORDER NONE"]


def accepted(document: bytes) -> bool:
    """Whether a document decodes; strictly, for a value that an enumeration does not have is kept else."""
    try:
        decode(document, strict=True)
    except InvalidValueError:
        return False
    return True


def valid_date(text: str) -> bool:
    """White space around a date collapses (XML Schema part 2, 4.3.6); libxml2 forgets it in attributes."""
    return valid(job(StartDate=text.strip(" \t\n\r")))


def texts(listed: list[str], alphabet: str) -> st.SearchStrategy[str]:
    return st.one_of(st.sampled_from(listed), st.text(alphabet, max_size=24))


@given(texts(WHOLE_NUMBERS, "0123456789+- _"))
@example("9" * 18)
@example("9" * 19)
def test_a_long_is_accepted_where_the_schema_accepts_it(text: str) -> None:
    document = job(chunk(blob(Length=text)))
    assert accepted(document) == valid(document)


@given(texts(WHOLE_NUMBERS, "0123456789+- _"))
def test_an_int_is_accepted_where_the_schema_accepts_it(text: str) -> None:
    document = job(chunk(ChunkNumber=text))
    assert accepted(document) == valid(document)


@given(texts(BOOLEANS, "01 \ntrueTRUEfalseFALSE"))
def test_a_boolean_is_accepted_where_the_schema_accepts_it(text: str) -> None:
    document = job(chunk(blob(Latest=text)))
    assert accepted(document) == valid(document)


@given(texts(DATES, "0123456789-:.TZ+ "))
def test_a_date_is_accepted_where_the_schema_accepts_it(text: str) -> None:
    assert accepted(job(StartDate=text)) == valid_date(text)


@given(st.one_of(st.sampled_from(ORDERS), st.text(max_size=9).filter(str.isprintable)))
def test_an_enumeration_is_accepted_where_the_schema_accepts_it(text: str) -> None:
    document = job(ChunkClientProcessingOrderGuarantee=text)
    assert accepted(document) == valid(document)


@pytest.mark.parametrize("listed", WHOLE_NUMBERS)
def test_each_listed_number_is_accepted_where_the_schema_accepts_it(listed: str) -> None:
    document = job(chunk(blob(Offset=listed), ChunkNumber=listed if len(listed) < 5 else "0"))
    assert accepted(document) == valid(document)


@pytest.mark.parametrize("listed", BOOLEANS)
def test_each_listed_boolean_is_accepted_where_the_schema_accepts_it(listed: str) -> None:
    document = job(Naked=listed)
    assert accepted(document) == valid(document)


@pytest.mark.parametrize("listed", DATES)
def test_each_listed_date_is_accepted_where_the_schema_accepts_it(listed: str) -> None:
    assert accepted(job(StartDate=listed)) == valid_date(listed)


@pytest.mark.parametrize(
    ("text", "number"), [("0", 0), ("+7", 7), ("007", 7), (" -7\n", -7), ("0" * 5000 + "1", 1), ("-0", 0)]
)
def test_a_whole_number_has_its_value(text: str, number: int) -> None:
    [read] = decode(job(chunk(blob(Length=text)))).chunks[0].blobs
    assert read.length == number


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("TRUE", True), ("1", True), ("false", False), ("FALSE", False), (" 0\n", False)],
)
def test_a_boolean_has_its_value(text: str, value: bool) -> None:
    assert decode(job(Naked=text)).naked is value


def test_digits_beyond_the_nanosecond_are_dropped() -> None:
    read = decode(job(StartDate="2026-03-14T09:26:53.1234567899Z"))
    assert read.start_date.fractional_second == 123_456_789


@pytest.mark.parametrize(
    ("date", "text"),
    [
        (XmlDateTime(2026, 3, 14, 9, 26, 53, 0, 0), "2026-03-14T09:26:53.000Z"),
        (XmlDateTime(2026, 3, 14, 9, 26, 53, 589_000_000, 0), "2026-03-14T09:26:53.589Z"),
        (XmlDateTime(2026, 3, 14, 9, 26, 53, 500_000_000, 120), "2026-03-14T09:26:53.500+02:00"),
        (XmlDateTime(2026, 3, 14, 9, 26, 53, 1_000, None), "2026-03-14T09:26:53.000001"),
        (XmlDateTime(2026, 3, 14, 9, 26, 53, 1, -90), "2026-03-14T09:26:53.000000001-01:30"),
        (XmlDateTime(2026, 3, 14, 24, 0, 0, 0, 0), "2026-03-14T24:00:00.000Z"),
    ],
)
def test_a_date_is_written_with_three_decimals_or_as_many_as_it_needs(date: XmlDateTime, text: str) -> None:
    read = decode(job(StartDate=text))
    assert tuple(read.start_date) == tuple(date)
    assert f' StartDate="{text}"'.encode() in encode(read)


@pytest.mark.parametrize("date", [XmlDateTime(2026, 13, 1, 0, 0, 0), XmlDateTime(0, 1, 1, 0, 0, 0)])
def test_a_date_that_is_none_is_not_written(date: XmlDateTime) -> None:
    read = decode(job())
    read.start_date = date
    with pytest.raises(EncodeError, match="StartDate"):
        encode(read)


@pytest.mark.parametrize(("field", "value"), [("length", 2**63), ("offset", -(2**63) - 1)])
def test_a_number_out_of_range_is_not_written(field: str, value: int) -> None:
    item = Blob(name="object", latest=True, **{"length": 0, "offset": 0, field: value})
    with pytest.raises(EncodeError, match=str(value)):
        encode(JobChunk(chunk_id="a", chunk_number=0, blobs=[item]))
