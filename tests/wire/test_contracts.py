"""The contract's two tables, row by row: what exists is decoded, encoded and valid, in just its versions.

The tables in `data/wire` were drawn from the vendor's published contracts 3.0.1 to 6.0. A document is made
from them for the version at hand, with every member that this version has.
"""

from __future__ import annotations

import csv
from enum import Enum
from functools import cache
from typing import Any

import pytest

from ds3codec import (
    Blob,
    Ds3CodecError,
    InvalidValueError,
    JobChunk,
    JobNode,
    JobReader,
    MasterObjectList,
    MissingAttributeError,
    ServerError,
    ServerErrorResponse,
    decode,
    encode,
    models,
)
from ds3codec.model_bases.credential import Credential
from ds3codec.validation import Report, known_versions, validate
from ds3codec.wire.contracts import Span, member_spans, value_spans
from ds3codec.wire.members import Member, attributes, elements
from tests.examples import DATA, UUID, element, valid

Row = dict[str, str]


def table(name: str) -> list[Row]:
    with (DATA / "wire" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


MEMBERS = table("members.tsv")
VALUES = table("enumerations.tsv")

# What the contract's names are called in the XSD.
TYPES = {
    "JobWithChunksApiBean": "MasterObjectList",
    "NodeApiBean": "JobNode",
    "JobChunkApiBean": "Objects",
    "BlobApiBean": "Blob",
    "HttpErrorResultApiBean": "Error",
    "PhysicalPlacementApiBean": "PhysicalPlacement",
    "BlobStoreTaskPriority": "Priority",
    "JobChunkClientProcessingOrderGuarantee": "ChunkProcessingOrder",
    "Ds3TargetAccessControlReplication": "AccessControlReplication",
    "TargetReadPreferenceType": "TargetReadPreference",
}
MODELS: dict[str, type] = {
    "JobWithChunksApiBean": MasterObjectList,
    "NodeApiBean": JobNode,
    "JobChunkApiBean": JobChunk,
    "BlobApiBean": Blob,
    "HttpErrorResultApiBean": ServerError,
    "PhysicalPlacementApiBean": models.PhysicalPlacement,
}
TEXTS = {
    "string": "a text",
    "boolean": "true",
    "uuid": UUID,
    "long": "9223372036854775807",
    "int": "2147483647",
    "dateTime": "2026-03-14T09:26:53.589Z",
}


def model_of(name: str) -> type:
    model: type = MODELS.get(name) or getattr(models, name)
    return model


def number(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def exists(row: Row, version: str) -> bool:
    last = row["last_version"] or "99"
    return number(row["first_version"]) <= number(version) <= number(last)


def rows_of(kind: str, version: str) -> dict[tuple[str, str], Row]:
    """The members of a type in a version, by form and name, in the order of the wire."""
    rows = {
        (row["form"], row["member"]): row for row in MEMBERS if row["type"] == kind and exists(row, version)
    }
    return dict(sorted(rows.items()))


def value_texts(kind: str, version: str) -> list[str]:
    return [row["value"] for row in VALUES if row["enumeration"] == kind and exists(row, version)]


class Document:
    """A document of a version, with all that it has, but for one member that is changed or left out."""

    def __init__(
        self, version: str, kind: str = "", member: str = "", form: str = "", text: str | None = None
    ) -> None:
        self.version = version
        self.change = (kind, form, member)
        self.text = text

    def bytes(self, root: str = "JobWithChunksApiBean") -> bytes:
        return self.element(TYPES[root], root).encode()

    def element(self, tag: str, kind: str) -> str:
        members: dict[str, str] = {}
        children: list[str] = []
        for (form, name), row in rows_of(kind, self.version).items():
            changed = (kind, form, name) == self.change
            if changed and self.text is None:
                continue
            if form == "attribute":
                members[name] = self.text if changed and self.text is not None else self.value(row)
            else:
                children.append(self.child(name, row, self.text if changed else None))
        return element(tag, members, *children)

    def value(self, row: Row) -> str:
        return TEXTS.get(row["value"]) or value_texts(row["value"], self.version)[0]

    def child(self, name: str, row: Row, text: str | None) -> str:
        kind = row["value"].removeprefix("list of ")
        wrapper, _, item = name.rpartition("/")
        if text == "":
            return f"<{wrapper or item}/>"
        if kind in MODELS or (hasattr(models, kind) and not issubclass(getattr(models, kind), Enum)):
            inner = self.element(item, kind)
            return f"<{wrapper}>{inner}</{wrapper}>" if wrapper else inner
        return f"<{name}>{text or self.value(row)}</{name}>"


def root_of(kind: str) -> str:
    return kind if kind == "HttpErrorResultApiBean" else "JobWithChunksApiBean"


def read(document: bytes, **options: Any) -> Any:
    try:
        return decode(document, **options)
    except ServerErrorResponse as answer:
        return answer.error


def find(item: Any, model: type) -> Any:
    """The first instance of a model in a decoded document."""
    if isinstance(item, model):
        return item
    for member in elements(type(item)) if hasattr(item, "__dataclass_fields__") else ():
        value = getattr(item, member.field)
        for child in value if isinstance(value, list) else [value]:
            found = find(child, model) if child is not None else None
            if found is not None:
                return found
    return None


def bound(row: Row) -> Member:
    """The member of the models that a row is about."""
    model = model_of(row["type"])
    name = row["member"].split("/")[-1]
    return next(
        item for item in (attributes if row["form"] == "attribute" else elements)(model) if item.name == name
    )


def label(row: Row) -> str:
    return "-".join(filter(None, row.values()))


def is_required(row: Row) -> bool:
    """Whether every version that has the type always writes the member, by the tables alone."""
    rows = [other for other in MEMBERS if other["type"] == row["type"]]
    same = [other for other in rows if (other["form"], other["member"]) == (row["form"], row["member"])]
    first = min(number(other["first_version"]) for other in rows)
    return (
        not any(other["absence"] for other in same)
        and min(number(other["first_version"]) for other in same) == first
        and any(not other["last_version"] for other in same)
    )


@pytest.mark.parametrize("row", MEMBERS, ids=label)
def test_a_member_is_decoded_encoded_and_valid(row: Row) -> None:
    root = root_of(row["type"])
    for version in {row["first_version"], row["last_version"] or "6.0"}:
        document = Document(version).bytes(root)
        assert valid(document)
        decoded = read(document, strict=True, missing="none" if version == "3.0.1" else "error")
        value = getattr(find(decoded, model_of(row["type"])), bound(row).field)
        if row["value"] in TEXTS:
            text = TEXTS[row["value"]]
            expected = {"true": True}.get(text, int(text) if row["value"] in ("long", "int") else text)
            value = value.reveal() if isinstance(value, Credential) else value
            assert (str(value) if row["value"] == "dateTime" else value) == expected
        elif isinstance(value, Enum):
            assert value.value == value_texts(row["value"], version)[0]
        else:
            assert value
        assert encode(decoded) == document


@pytest.mark.parametrize("row", MEMBERS, ids=label)
def test_a_member_that_is_missing_is_what_the_table_says(row: Row) -> None:
    version, root, member = row["first_version"], root_of(row["type"]), bound(row)
    document = Document(version, row["type"], row["member"], row["form"]).bytes(root)
    is_list = row["value"].startswith("list of ")
    required = is_required(row) and row["member"] != "Objects"
    assert member.required == (required and not is_list)
    assert valid(document) == (not required)
    if (member.required and root != row["type"]) or (
        member.required and row["type"] == "JobWithChunksApiBean"
    ):
        with pytest.raises(MissingAttributeError, match=row["member"]):
            decode(document)
    decoded = read(document, missing="none")
    assert getattr(find(decoded, model_of(row["type"])), member.field) == ([] if is_list else None)
    assert encode(decoded) == document


ELEMENTS = [
    row
    for row in MEMBERS
    if bound(row).nillable or (row["member"].count("/") and row["type"].startswith("P"))
]


@pytest.mark.parametrize("row", ELEMENTS, ids=label)
def test_an_empty_element_is_null_or_an_empty_list(row: Row) -> None:
    document = Document(row["first_version"], row["type"], row["member"], row["form"], text="").bytes()
    assert valid(document)
    decoded = decode(document, strict=True, missing="none")
    assert getattr(find(decoded, model_of(row["type"])), bound(row).field) == (
        [] if "/" in row["member"] else None
    )
    assert encode(decoded) == document


@pytest.mark.parametrize("row", MEMBERS, ids=label)
def test_the_schema_knows_a_member_s_versions(row: Row) -> None:
    spans = member_spans()[TYPES.get(row["type"], row["type"]), row["form"], row["member"]]
    assert Span(row["first_version"], row["last_version"] or None, bool(row["absence"])) in spans


@pytest.mark.parametrize(
    "row", [row for row in MEMBERS if row["type"] != "HttpErrorResultApiBean"], ids=label
)
def test_the_version_check_knows_a_member_s_first_and_last_version(row: Row) -> None:
    for version in {row["first_version"], row["last_version"] or "6.0"}:
        report = report_on(version)
        assert report.ok
        assert version in report.api_versions
        assert not report_on(version, version).counts
    name = row["member"].split("/")[0 if row["type"] == "PhysicalPlacementApiBean" else -1]
    for version, near in outside(row):
        report = report_on(near, version)
        assert has_it(row, version) or name in members_named(report, "not-in-version")


@cache
def report_on(version: str, api_version: str = "auto") -> Report:
    """The report on the document with all of a version; many rows ask for the same."""
    return validate(Document(version).bytes(), api_version=api_version, max_findings=1000)


def outside(row: Row) -> list[tuple[str, str]]:
    """The versions just before and just after those of a row, each with the nearest one inside."""
    known = known_versions()
    before = known.index(row["first_version"]) - 1
    after = known.index(row["last_version"]) + 1 if row["last_version"] else len(known)
    pairs = [(before, row["first_version"]), (after, row["last_version"])]
    return [(known[place], near) for place, near in pairs if 0 <= place < len(known)]


def has_it(row: Row, version: str) -> bool:
    """Whether the member is in a version all the same: it may have changed its type."""
    keys = ("type", "member", "form")
    return any(exists(other, version) and all(other[key] == row[key] for key in keys) for other in MEMBERS)


def members_named(report: Report, rule: str) -> set[str]:
    return {str(found.path).split("/")[-1].lstrip("@") for found in report.findings if found.rule == rule}


@pytest.mark.parametrize("row", VALUES, ids=label)
def test_the_version_check_knows_a_value_s_first_and_last_version(row: Row) -> None:
    user = user_of(row)
    for version, near in outside(row):
        document = Document(near, user["type"], user["member"], user["form"], text=row["value"])
        if exists(user, near) and exists(user, version):
            report = validate(document.bytes(), api_version=version, max_findings=1000)
            messages = [found.message for found in report.findings if found.rule == "not-in-version"]
            assert any(f"{user['member']}={row['value']} is" in message for message in messages)


@pytest.mark.parametrize("row", VALUES, ids=label)
def test_the_schema_knows_a_value_s_versions(row: Row) -> None:
    spans = value_spans()[TYPES.get(row["enumeration"], row["enumeration"]), row["value"]]
    assert Span(row["first_version"], row["last_version"] or None, omitted=False) in spans


def user_of(row: Row) -> Row:
    """A member that has the enumeration of a value."""
    return next(
        member
        for member in MEMBERS
        if member["value"] == row["enumeration"]
        and exists(member, max(row["first_version"], member["first_version"]))
    )


@pytest.mark.parametrize("row", VALUES, ids=label)
def test_a_value_is_decoded_encoded_and_valid(row: Row) -> None:
    user = user_of(row)
    version = max(row["first_version"], user["first_version"], key=number)
    document = Document(version, user["type"], user["member"], user["form"], text=row["value"]).bytes()
    assert valid(document)
    decoded = decode(document, strict=True, missing="none")
    assert getattr(find(decoded, model_of(user["type"])), bound(user).field).value == row["value"]
    assert encode(decoded) == document


def test_the_schema_has_nothing_that_the_tables_have_not() -> None:
    ours = {
        (name, form, member, *span)
        for (name, form, member), spans in member_spans().items()
        for span in spans
    }
    theirs = {
        (
            TYPES.get(row["type"], row["type"]),
            row["form"],
            row["member"],
            row["first_version"],
            row["last_version"] or None,
            bool(row["absence"]),
        )
        for row in MEMBERS
    }
    # Seen in answers, in no contract.
    assert ours - theirs == {("Error", "element", "RequestId", "3.0.1", None, True)}
    assert theirs <= ours
    values = {(name, value, *span[:2]) for (name, value), spans in value_spans().items() for span in spans}
    assert {entry for entry in values if entry[0] != "DocumentedBoolean"} == {
        (
            TYPES.get(row["enumeration"], row["enumeration"]),
            row["value"],
            row["first_version"],
            row["last_version"] or None,
        )
        for row in VALUES
    }
    print(f"{len(theirs)} members and {len(VALUES)} values, as in the tables")
    assert len(theirs) == len(MEMBERS)


@pytest.mark.parametrize("strict", [False, True])
def test_a_value_that_the_schema_does_not_know_is_kept_or_with_strict_an_error(strict: bool) -> None:
    for kind, member, form in (
        ("Tape", "Type", "element"),
        ("JobWithChunksApiBean", "Priority", "attribute"),
    ):
        document = Document("6.0", kind, member, form, text="LTO42").bytes()
        if strict:
            with pytest.raises(InvalidValueError, match="LTO42") as caught:
                decode(document, strict=True)
            assert str(caught.value.path).endswith(member)
            continue
        with JobReader(document) as reader:
            list(reader)
            assert reader.unknown == {f"{member}=LTO42": 1}
        decoded = decode(document)
        field = "type" if member == "Type" else "priority"
        assert getattr(find(decoded, model_of(kind)), field) == "LTO42"
        assert encode(decoded) == document


def test_credentials_show_in_no_repr_and_no_message() -> None:
    names = {member.name for member in CREDENTIALS}
    assert names == {"AdminSecretKey", "SecretKey", "ProxyPassword", "AccountKey"}
    decoded = decode(Document("5.4").bytes())
    for kind in ("Ds3Target", "S3Target", "AzureTarget"):
        target = find(decoded, model_of(kind))
        hidden = [member for member in elements(type(target)) if member.credential]
        assert hidden
        for member in hidden:
            for secret in ("hunter2", Credential("hunter2")):
                setattr(target, member.field, secret)
                assert "hunter2" not in repr(decoded)
            for secret in (Credential("hunter2\x00"), "hunter2", 12345):
                setattr(target, member.field, secret)
                with pytest.raises(Ds3CodecError) as caught:
                    encode(decoded)
                assert "hunter2" not in str(caught.value)
                assert "12345" not in str(caught.value)
            setattr(target, member.field, None)


CREDENTIALS = [
    member
    for kind in ("Ds3Target", "S3Target", "AzureTarget", "Pool", "Tape", "PhysicalPlacement")
    for member in elements(model_of(kind))
    if member.credential
]
