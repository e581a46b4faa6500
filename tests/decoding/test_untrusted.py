"""What broken and hostile documents may not do: be accepted, be misplaced, cost too much, show a secret.

Each is read whole, and in pieces that cut it anywhere.
"""

from __future__ import annotations

import contextlib
from collections import deque
from typing import Any

import pytest

from ds3codec import (
    DecodeError,
    InvalidValueError,
    JobReader,
    LimitExceededError,
    NotWellFormedError,
    UnknownNameError,
    decode,
    iter_blobs,
)
from tests.decoding.failures import SINGLE_BYTES, WHOLE, read_up_to_error
from tests.examples import blob, chunk, element, job, node
from tests.growth import LINEAR, exponent

pytestmark = pytest.mark.own_thread


# What nothing may come of: names, prefixes, places, secrets.


@pytest.mark.parametrize("size", [WHOLE, 100, SINGLE_BYTES])
@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("<Object ", "<x:Object ", "prefix x"),
        (" Name=", " x:Name=", "prefix x"),
        ("<Object ", '<Object xmlns:x="" ', "xmlns:x"),
        ("<Object ", '<Object xmlns:xml="urn:x" ', "xml namespace"),
    ],
)
def test_an_ill_named_object_is_an_error_at_its_tag_and_no_blob(
    old: str, new: str, message: str, size: int
) -> None:
    wrong = blob(Name="wrong").replace(old, new)
    document = job(chunk(*[blob(Name="n" * 99)] * 50, "\n", wrong, blob()))
    read, error = read_up_to_error(document, size)
    assert type(error) is NotWellFormedError
    assert message in error.message
    assert read == ["n" * 99] * 50
    assert (error.line, error.column, error.path) == (2, 1, "/MasterObjectList/Objects[1]")


@pytest.mark.parametrize("size", [WHOLE, 100, SINGLE_BYTES])
@pytest.mark.parametrize(
    "twin",
    [
        f"<!-- {blob(Length='x')} -->",
        f"<![CDATA[{blob(Length='x')}]]>",
        f"<Stranger>{blob(Length='x')}</Stranger>",
        f"<?pi {blob(Length='x')}?>",
        blob(Name=blob(Length="x")),
        blob(Name="&#xD7FF;>"),
    ],
)
def test_a_wrong_value_is_located_at_its_tag_and_not_at_an_equal_one(twin: str, size: int) -> None:
    _, error = read_up_to_error(job(chunk(blob(), twin, "\n ", blob(Length="x"), blob())), size)
    assert type(error) is InvalidValueError
    assert (error.line, error.column) == (2, 2)


@pytest.mark.parametrize("size", [WHOLE, 100, SINGLE_BYTES])
def test_a_known_element_where_it_must_not_be_is_located_there(size: int) -> None:
    document = job(element("Nodes", {}, node()), chunk(blob(), "\n", node(), blob()))
    _, error = read_up_to_error(document, size, strict=True)
    assert type(error) is UnknownNameError
    assert (error.line, error.column) == (2, 1)


@pytest.mark.parametrize("neighbour", [r"&#xD800;", "\udc80"])
def test_a_wrong_value_is_found_beside_bytes_that_are_not_text(neighbour: str) -> None:
    wrong = blob(Name="&").replace("&amp;", neighbour)
    document = job().replace(
        b"/>",
        (">" + chunk(blob(Length="x"), wrong) + "</MasterObjectList>").encode("utf-8", "surrogateescape"),
    )
    _, error = read_up_to_error(document, WHOLE)
    assert type(error) is InvalidValueError
    assert error.column is not None


@pytest.mark.parametrize("size", [WHOLE, 1000, SINGLE_BYTES])
@pytest.mark.parametrize("lost", ['" Offset', 'Name="'])
@pytest.mark.parametrize("instead", ["", " ", "\0"])
def test_a_lost_quote_is_not_well_formed_at_its_tag(lost: str, instead: str, size: int) -> None:
    wrong = blob().replace(lost, lost.replace('"', instead))
    document = job(chunk(*[blob(Name="n" * 99)] * 50, "\n", wrong, *[blob()] * 50))
    read, error = read_up_to_error(document, size)
    assert type(error) is NotWellFormedError
    assert read == ["n" * 99] * 50
    assert (error.line, error.path) == (2, "/MasterObjectList/Objects[1]")
    assert error.column == (wrong.index("\0") + 1 if instead == "\0" else 1)


def test_a_lost_quote_is_found_also_with_megabytes_after_it() -> None:
    wrong = blob().replace('" Offset', " Offset")
    document = job(chunk(blob(), "\n", wrong, *[blob(Name="n" * 1000)] * 5000))
    _, error = read_up_to_error(document, 65536)
    assert type(error) is NotWellFormedError
    assert (error.line, error.column) == (2, 1)


@pytest.mark.parametrize("size", [WHOLE, 1000, SINGLE_BYTES])
def test_a_reference_without_its_semicolon_is_not_well_formed(size: int) -> None:
    document = job(chunk(blob(), "\n&amp lost", *[blob(Name="n" * 99)] * 50))
    read, error = read_up_to_error(document, size)
    assert type(error) is NotWellFormedError
    assert len(read) == 1
    assert (error.line, error.column) == (2, 1)


# What hostile documents cost.


@pytest.mark.full
@pytest.mark.parametrize("size", [65536, 100])
@pytest.mark.parametrize("many", ["<!-- a -->", "<?a b?>", "<![CDATA[a]]>", "<!-- a -->\n<?a?>"])
def test_comments_and_instructions_come_in_any_number(many: str, size: int) -> None:
    document = job(chunk(blob(), many * (6_000_000 // size // 10 if size < 1000 else 600_000), blob()))
    assert len(list(iter_blobs(document[at : at + size] for at in range(0, len(document), size)))) == 2


MISLEADING = ["<limit></huge>", "<a limit='1' limit='2'/>", "<limit></a>", "<a limit/>", "</limit>"]
MISLEADING += ["<excessive:a/>", "<a xmlns:huge=''/>", "<a p:limit='1'/>"]


@pytest.mark.parametrize("inside", MISLEADING)
def test_a_name_is_not_taken_for_a_limit(inside: str) -> None:
    with pytest.raises(NotWellFormedError):
        decode(job(inside))


@pytest.mark.parametrize("size", [65536, 1000])
@pytest.mark.parametrize("kind", ["<!--{}-->", "<?a {}?>", "<a b='{}'/>"])
def test_what_is_too_long_is_located_at_its_beginning(kind: str, size: int) -> None:
    document = job(chunk(blob(), "\n  ", kind.format("x" * 5_000_000)))
    read, error = read_up_to_error(document, size)
    assert type(error) is LimitExceededError
    assert (len(read), error.line, error.column) == (1, 2, 3)


def attributes_of(number: int) -> str:
    return " ".join(f"a{place}='1'" for place in range(number))


GROWING = {
    "attributes of an object": lambda n: job(chunk(f"<Object {attributes_of(n)}/>")),
    "attributes of a stranger": lambda n: job(f"<a {attributes_of(n)}/>"),
    "name spaces": lambda n: job("<a " + " ".join(f"xmlns:a{place}='1'" for place in range(n)) + "/>"),
    "a comment": lambda n: job(f"<!--{'- ' * 20 * n}-->", chunk(blob(Length="x"))),
    "a section": lambda n: job(f"<![CDATA[{']] ' * 10 * n}]]>", chunk(blob(Length="x"))),
    "blanks in a tag": lambda n: job(chunk(f"<Object{' ' * 20 * n}Length='x' Latest='' Name='' Offset=''/>")),
    "quotes in a tag": lambda n: job(chunk(blob(Name="'" * 10 * n, Length="x"))),
    "a lost quote": lambda n: job(chunk(blob(Name="x" * 10 * n).replace('" Offset', " Offset"), blob())),
    "references in a name": lambda n: job(chunk(blob(Name="&" * n))),
    "references in a text": lambda n: job("&amp;" * n),
    "ampersands": lambda n: job("&" * n),
    "less-than signs": lambda n: job("<" * n),
    "comments and a prefix": lambda n: job("<!-- a -->" * n, "<p:a/>"),
    "comments and an ampersand": lambda n: job("<!-- a -->" * n, "&", blob()),
    "sections and a lost quote": lambda n: job("<![CDATA[a]]>" * n, "<a b='/>", blob()),
    "instructions and a sign": lambda n: job("<?a b?>" * n, "<a <b/>"),
    "colons and a prefix": lambda n: job("<a b='::' c=\":\">:</a>" * (n // 4), "<p:a/>"),
    "quotes and a prefix": lambda n: job(chunk(blob(Name="'\">" * n)), "<p:a/>"),
    "an object of many children": lambda n: job(chunk(f"{blob()[:-2]}>{'<a/>' * n}</Object>")),
    "an element of many children": lambda n: job("<a>", "<a/>" * n, "</a>"),
    "unknown elements": lambda n: job(chunk("<a/>text" * (n // 4))),
    "nodes": lambda n: job(element("Nodes", {}, *[node()] * (n // 4))),
}


@pytest.mark.full
@pytest.mark.parametrize("size", [65536, 100])
@pytest.mark.parametrize("grows", GROWING)
def test_time_grows_with_the_input_and_no_faster(grows: str, size: int) -> None:
    def read(document: bytes) -> None:
        with contextlib.suppress(DecodeError):
            deque(iter_blobs(document[at : at + size] for at in range(0, len(document), size)), maxlen=0)

    assert exponent(GROWING[grows], read, [4_000, 8_000, 16_000]) < LINEAR


def test_single_bytes_within_a_long_text_take_linear_time() -> None:
    def read(document: bytes) -> None:
        deque(iter_blobs(document[at : at + 1] for at in range(len(document))), maxlen=0)

    assert exponent(lambda n: job(chunk(blob(Name="x" * n))), read, [5_000, 10_000, 20_000]) < LINEAR
    assert exponent(lambda n: job(chunk("x" * n, blob())), read, [5_000, 10_000, 20_000]) < LINEAR


# Credentials.

SECRETS = [
    "<AdminSecretKey><SECRET/></AdminSecretKey>",
    "<AdminSecretKey><a><SECRET/></a></AdminSecretKey>",
    "<AdminSecretKey SECRET='1'/>",
    "<AdminSecretKey a='SECRET' a='SECRET'/>",
    "<AdminSecretKey SECRET='1' SECRET='2'/>",
    "<AdminSecretKey><SECRET:a/></AdminSecretKey>",
    "<AdminSecretKey SECRET:a=''/>",
    "<AdminSecretKey xmlns:a='SECRET'/>",
    "<AdminSecretKey xmlns:SECRET=''/>",
    "<AdminSecretKey>&SECRET;</AdminSecretKey>",
    "<AdminSecretKey>&SECRET</AdminSecretKey>",
    "<AdminSecretKey>SECRET]]></AdminSecretKey>",
    "<AdminSecretKey>a</SECRET>",
    "<AdminSecretKey>a</AdminSecretKeySECRET>",
    "<AdminSecretKey><?SECRET ?></AdminSecretKey>",
    "<AdminSecretKey><!-- SECRET -- --></AdminSecretKey>",
    "<AdminSecretKey>SECRET</AdminSecretKey><AdminSecretKey>SECRET<",
    "<Port><AdminSecretKey><SECRET/></AdminSecretKey></Port>",
    "<Stranger><AdminSecretKey>&SECRET;</AdminSecretKey></Stranger>",
]


def _with_child(child: str) -> bytes:
    return job(chunk(blob()[:-2] + f">{child}</Object>"))


# Where a credential has no place, too.
AROUND_SECRETS = {
    "placement": lambda inside: _with_child(
        f"<PhysicalPlacement><Ds3Targets><Ds3Target>{inside}</Ds3Target></Ds3Targets></PhysicalPlacement>"
    ),
    "object": _with_child,
    "version": lambda inside: _with_child(f"<Id>{inside}</Id>"),
    "chunk": lambda inside: job(chunk(blob(), inside)),
    "job": lambda inside: job(inside, chunk(blob())),
    "nodes": lambda inside: job(f"<Nodes>{inside}</Nodes>", chunk(blob())),
}


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("size", [WHOLE, 7])
@pytest.mark.parametrize("around", AROUND_SECRETS)
@pytest.mark.parametrize("inside", SECRETS)
def test_nothing_in_a_credential_is_quoted(inside: str, around: str, size: int, strict: bool) -> None:
    document = AROUND_SECRETS[around](inside)
    pieces = (document[at : at + size] for at in range(0, len(document), size))
    shown: Any
    try:
        with JobReader(pieces, strict=strict, missing="none") as reader:
            deque(reader, maxlen=0)
            shown = reader.unknown
    except DecodeError as error:
        shown = (str(error), vars(error), error.__cause__, error.__context__ and error.__suppress_context__)
    assert "SECRET" not in repr(shown).replace("AdminSecretKey", "")
