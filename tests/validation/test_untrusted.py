"""Validation of broken and hostile documents: it raises nothing, loses nothing, and shows no secret."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ds3codec import DecodeError, JobReader, LimitExceededError, SourceError, TruncatedError, decode, validate
from ds3codec.validation import Validation
from tests.decoding.test_untrusted import GROWING, SECRETS
from tests.examples import SAMPLE, blob, chunk, element, error, job, node
from tests.growth import LINEAR, exponent
from tests.validation.examples import of_rule

pytestmark = pytest.mark.own_thread

TARGET = "<PhysicalPlacement><Ds3Targets><Ds3Target>{}</Ds3Target></Ds3Targets></PhysicalPlacement>"


def placed(inside: str) -> bytes:
    """A job of one object with this in a target's place."""
    return job(chunk(blob()[:-2] + f">{TARGET.format(inside)}</Object>"))


@pytest.mark.parametrize("odd", [':a="1"', 'x:="1"', ':="1"', 'a:b:c="1"', 'x:a="1"', 'xmlns:="a"'])
@pytest.mark.parametrize("tag", ["Object", "Objects", "Nodes", "PhysicalPlacement", "Code", "a"])
def test_an_attribute_of_an_odd_name_is_not_well_formed(tag: str, odd: str) -> None:
    document = job(
        element("Nodes", {}, node()), chunk(blob()[:-2] + "><PhysicalPlacement/></Object>"), "<a/>"
    )
    if tag == "Code":
        document = error()
    place = re.search(rf"<{tag}\b".encode(), document).start()  # type: ignore[union-attr]
    end = place + 1 + len(tag)
    report = validate(document[:end] + f" {odd}".encode() + document[end:])
    assert [column for _, _, column in of_rule(report, "not-well-formed")] == [place + 1]


@pytest.mark.parametrize("odd", ["<:a/>", "<a:b:c/>", "<x:/>", "<x:a/>", "<:/>"])
@pytest.mark.parametrize("where", ["</Objects>", "<Object ", "</PhysicalPlacement>", "</Nodes>", "</Tapes>"])
def test_an_element_of_an_odd_name_is_not_well_formed(where: str, odd: str) -> None:
    placement = "<PhysicalPlacement><Tapes></Tapes></PhysicalPlacement>"
    document = job(element("Nodes", {}, node()), chunk(blob()[:-2] + f">{placement}</Object>"))
    place = document.index(where.encode())
    report = validate(document[:place] + odd.encode() + document[place:])
    assert [column for _, _, column in of_rule(report, "not-well-formed")] == [place + 1]


@pytest.mark.parametrize("uri", ["a}b", "%%", "{", "\u00e4 b", "&#x7f;", "relative", "urn:%7d"])
def test_a_name_space_is_a_uri_or_the_document_is_not_well_formed(uri: str) -> None:
    for inside in (f"<p:Tapes xmlns:p='{uri}'/>", f"<Tapes xmlns:p='{uri}' p:a='1'/>"):
        report = validate(
            job(chunk(blob()[:-2] + f"><PhysicalPlacement>{inside}</PhysicalPlacement></Object>"))
        )
        assert not report.ok
        assert report.complete == (uri in ("relative", "urn:%7d"))


@pytest.mark.parametrize(
    "name", ["D\ufeffe", "\ufeffa", "\u00b7", "a\u00b7", "\u203f", "a\u0300", "\U00010000", "a.-"]
)
def test_a_name_may_have_any_character_that_the_parser_lets_through(name: str) -> None:
    for inside in (f"<{name}/>", f"<Tapes {name}='1'/>", f"<Tapes><{name}/><Tape><{name}/></Tape></Tapes>"):
        report = validate(
            job(chunk(blob()[:-2] + f"><PhysicalPlacement>{inside}</PhysicalPlacement></Object>"))
        )
        assert not report.ok
        assert report.findings[0].path is not None


def test_no_document_makes_validation_raise() -> None:
    random = Random(0)
    documents = [SAMPLE, placed("<Id>a</Id><AdminSecretKey>b</AdminSecretKey>"), error()]
    inserted = [
        b":",
        b"<",
        b">",
        b"&",
        b'"',
        b" a:b='1'",
        b" :a='1'",
        b"<a:/>",
        b"\0",
        b"\xff",
        b"24:00:00",
        b"}",
    ]
    for _ in range(2000):
        document = bytearray(random.choice(documents))
        for _ in range(random.randint(1, 3)):
            place = random.randrange(len(document))
            document[place : place + random.randint(0, 3)] = random.choice(inserted)
        validate(bytes(document))


@pytest.mark.parametrize(
    ("wrong", "column"),
    [
        (blob().replace("<Object", "<x:Object"), 1),
        (blob().replace('" Offset', " Offset"), 1),
        (blob().replace('" Offset', "\0 Offset"), blob().index('" Offset') + 1),
        ("& b", 1),
    ],
)
def test_what_is_broken_is_found_where_it_is(wrong: str, column: int) -> None:
    report = validate(job(chunk(blob(), "\n", wrong, blob())))
    assert of_rule(report, "not-well-formed") == [("/MasterObjectList/Objects[1]", 2, column)]
    assert not {"trailing-bytes", "truncated"}.intersection(report.counts)


LISTED = [blob(Name=f"object {number}") for number in range(299)]


def breaking_off(failure: Exception) -> Iterator[bytes]:
    yield job(chunk(blob(Length="4 KiB"), *LISTED)).removesuffix(b"</Objects></MasterObjectList>")
    raise failure


def test_what_was_read_before_a_recording_breaks_off_is_validated() -> None:
    report = validate(breaking_off(TruncatedError("the recording ends")))
    assert report.blobs == 300
    assert report.header is not None
    assert of_rule(report, "invalid-value")[0][0] == "/MasterObjectList/Objects[1]/Object[1]/@Length"
    [(path, line, column)] = of_rule(report, "truncated")
    assert (path, line) == ("/MasterObjectList/Objects[1]", 1)
    assert column is not None


@pytest.mark.parametrize("failure", [SourceError("dead peer"), RuntimeError("odd")])
def test_what_was_read_before_a_source_fails_is_in_the_report(failure: Exception) -> None:
    validation = Validation(breaking_off(failure))
    with pytest.raises(SourceError, match=str(failure)):
        list(validation.steps())
    assert validation.report.blobs == 300
    assert not validation.report.complete
    assert "invalid-value" in validation.report.counts


MANY = {
    **GROWING,
    "attributes of a placement": lambda n: placed("").replace(
        b"<PhysicalPlacement>",
        b"<PhysicalPlacement " + b" ".join(b"a%d='1'" % number for number in range(n)) + b">",
    ),
    "elements in a placement": lambda n: placed("<a/>" * (n // 16)),
    "wrong elements in a placement": lambda n: placed("").replace(
        b"<Ds3Targets>", b"<Tapes>" + b"<Tape/>" * n + b"</Tapes><Ds3Targets>"
    ),
    "strangers": lambda n: job("<a/>" * (n // 4)),
    "wrong objects": lambda n: job(chunk(*[blob(Length="x")] * (n // 16))),
    "texts": lambda n: job(chunk(*["x" + blob()] * (n // 8))),
    "chunks": lambda n: job(*[chunk(blob(), ChunkNumber=str(number)) for number in range(n // 8)]),
    "blobs of an object": lambda n: job(
        chunk(*[blob(Offset=str(number * 7919 % n), Length="1") for number in range(n // 8)])
    ),
}


@pytest.mark.full
@pytest.mark.parametrize("grows", MANY)
def test_time_grows_with_the_document_and_no_faster(grows: str) -> None:
    assert exponent(MANY[grows], validate, [4_000, 8_000, 16_000]) < LINEAR


@pytest.mark.parametrize(
    "tag", ["<MasterObjectList", "<Objects", "<Object ", "<PhysicalPlacement", "<Ds3Target>"]
)
def test_a_tag_has_no_more_attributes_than_a_document_has_unknown_names(tag: str) -> None:
    def with_attributes(count: int) -> bytes:
        more = " ".join(f"a{number}='1'" for number in range(count))
        end = ">" if tag.endswith(">") else " "
        return placed("").replace(tag.encode(), f"{tag.rstrip(' >')} {more}{end}".encode(), 1)

    assert "limit-exceeded" not in validate(with_attributes(980)).counts
    assert of_rule(validate(with_attributes(1001)), "limit-exceeded")


def test_a_job_has_no_more_nodes_than_any_appliance() -> None:
    document = job(element("Nodes", {}, *[node()] * 10_001))
    with pytest.raises(LimitExceededError, match="10000 nodes") as caught:
        decode(document)
    assert caught.value.path == "/MasterObjectList/Nodes/Node[10001]"
    assert "limit-exceeded" in validate(document).counts
    assert len(decode(job(element("Nodes", {}, *[node()] * 10_000))).nodes) == 10_000


XSI = "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'"


@pytest.mark.parametrize(
    "inside",
    [
        *SECRETS,
        f"<AdminSecretKey {XSI} xsi:nil='SECRET'/>",
        f"<AdminSecretKey {XSI} xsi:type='SECRET'/>",
        f"<AdminSecretKey {XSI} xsi:SECRET='1'/>",
        "<AdminSecretKey><SECRET><a/>SECRET</SECRET><SECRET a='SECRET'/></AdminSecretKey>",
        "<AdminSecretKey><SECRET xmlns='SECRET'/></AdminSecretKey>",
        "<AdminSecretKey>SECRET<a/>SECRET</AdminSecretKey>",
        "<AdminSecretKey><![CDATA[SECRET]]><a/></AdminSecretKey>",
        "SECRET<AdminSecretKey>SECRET</AdminSecretKey>",
    ],
)
def test_nothing_in_a_credential_is_reported(inside: str) -> None:
    report = validate(placed(inside))
    shown = " ".join([repr(report), *map(str, report.findings)])
    assert "SECRET" not in shown.replace("AdminSecretKey", "")


MARK = "Zq7K9"  # in place of a secret
MARK_NAMES = st.sampled_from(
    [
        MARK,
        f"x:{MARK}",
        f"{MARK}:x",
        f"xsi:{MARK}",
        f":{MARK}",
        f"{MARK}:",
        "a",
        "Id",
        "SecretKey",
    ]
)
MARK_TEXTS = st.sampled_from(
    [MARK, f"&{MARK};", f"&#x{MARK};", f"&{MARK}", f"{MARK}]]>", f"\0{MARK}", f"--{MARK}", "a"]
)
MARK_ATTRIBUTES = st.lists(
    st.builds(
        " {}='{}'".format,
        MARK_NAMES | st.sampled_from(["xmlns", f"xmlns:{MARK}", "xsi:nil"]),
        MARK_TEXTS,
    )
    | st.just(f" {MARK}")
    | st.builds(" {}={}".format, MARK_NAMES, MARK_TEXTS),
    max_size=2,
).map("".join)
MARK_CONTENTS = st.recursive(
    MARK_TEXTS
    | st.sampled_from(
        ["<!--{}-->", "<?{} {}?>", "<![CDATA[{}]]>", "<!{}>", "<!DOCTYPE {}>", "<{}", "</{}>"]
    ).map(lambda markup: markup.replace("{}", MARK)),
    lambda inner: (
        st.builds("<{0}{1}>{2}</{0}>".format, MARK_NAMES, MARK_ATTRIBUTES, inner)
        | st.lists(inner, max_size=2).map("".join)
    ),
    max_leaves=4,
)


PLACES_OF_CREDENTIALS = st.sampled_from(
    [
        "<Ds3Targets><Ds3Target><{0}AdminSecretKey{1}>{2}</{0}AdminSecretKey></Ds3Target></Ds3Targets>",
        "<S3Targets><S3Target><{0}SecretKey{1}>{2}</{0}SecretKey></S3Target></S3Targets>",
        "<S3Targets><S3Target><{0}ProxyPassword{1}>{2}</{0}ProxyPassword></S3Target></S3Targets>",
        "<AzureTargets><AzureTarget><{0}AccountKey{1}>{2}</{0}AccountKey></AzureTarget></AzureTargets>",
        "<Tapes><{0}SecretKey{1}>{2}</{0}SecretKey></Tapes>",
        "<Stranger><{0}SecretKey{1}>{2}</{0}SecretKey></Stranger>",
    ]
)


@given(
    st.builds(
        "<PhysicalPlacement{}>{}</PhysicalPlacement>".format,
        st.sampled_from(["", f" {XSI} xmlns:x='urn:x'", " xmlns='urn:x'"]),
        st.builds(
            str.format,
            PLACES_OF_CREDENTIALS,
            st.sampled_from(["", "x:", f"{MARK}:"]),
            MARK_ATTRIBUTES,
            MARK_CONTENTS,
        ),
    ),
    st.floats(0, 2),
    st.booleans(),
)
def test_a_secret_shows_nowhere_however_it_is_written(placement: str, cut: float, strict: bool) -> None:
    document = job(chunk(blob()[:-2] + f">{placement}</Object>"))
    document = document[: int(cut * len(document))]
    report = validate(document)
    assert MARK not in " ".join([repr(report), repr(report.header), *map(str, report.findings)])
    try:
        with JobReader(document, strict=strict, missing="none") as reader:
            deque(reader, maxlen=0)
            assert MARK not in repr(reader.unknown)
    except DecodeError as error:
        assert MARK not in " ".join([str(error), repr(vars(error)), str(error.__cause__)])


def test_what_is_wrong_with_a_credential_is_said_all_the_same() -> None:
    report = validate(placed("<AdminSecretKey SECRET='1'><SECRET/></AdminSecretKey>"))
    found = {item.rule: item.message for item in report.findings}
    assert found["unknown-attribute"] == "AdminSecretKey: an attribute is not allowed"
    assert found["unexpected-element"] == "AdminSecretKey: an element is not expected"


# What the examiner says once, and what for each element.
