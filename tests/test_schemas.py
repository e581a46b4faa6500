"""The XSD: what it says of itself, and what two validators say of documents with it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from ds3codec import Tape
from ds3codec.wire.members import elements
from tests.examples import BLOB, JOB, SAMPLE, blob, chunk, element, error, job, node, schema_file, valid

XS = "{http://www.w3.org/2001/XMLSchema}"
CONTRACT = "{urn:ds3codec:contract}contract"
ROOT = Path(__file__).parent.parent
FILES = [path for path in schema_file().parent.glob("*.xsd") if ".generator" not in path.suffixes]


@pytest.fixture(scope="module", params=["lxml", "xmlschema"])
def is_valid(request: pytest.FixtureRequest) -> Callable[[bytes], bool]:
    """Two validators with the XSD: libxml2's, and one in Python."""
    if request.param == "lxml":
        return valid
    schema: Any = pytest.importorskip(request.param).XMLSchema10(schema_file())
    return lambda document: bool(schema.is_valid(etree.fromstring(document)))


def placed(pools: str = "<Pools/>", tapes: str = "<Tapes/>", others: str = "") -> str:
    """An object with a placement."""
    return element("Object", BLOB, element("PhysicalPlacement", {}, pools, tapes, others))


def tape(**members: str) -> str:
    """A tape of which only these members are not null."""
    texts = {member.name: "" for member in elements(Tape) if member.required} | members
    return element("Tape", {}, *(f"<{name}>{text}</{name}>" for name, text in texts.items()))


TAPES = element(
    "Tapes", {}, tape(BarCode="A1", AvailableRawCapacity="4096", State="NORMAL"), tape(Type="LTO8")
)

VALID = {
    "the sample": SAMPLE,
    "a job without anything in it": job(),
    "a job with an empty list of nodes": job("<Nodes/>"),
    "a job with all of it": job(
        element("Nodes", {}, node(HttpPort="80", HttpsPort="443"), node()),
        chunk(),
        chunk(
            blob(Bucket="b", Id=JOB["JobId"], InCache="true", Version="7"),
            blob(VersionId=JOB["JobId"].upper(), Name=" &<>\"'\t\n"),
            NodeId=JOB["JobId"],
        ),
        EntirelyInCache="true",
    ),
    "the documented booleans": job(
        chunk(blob(Latest="TRUE", InCache="FALSE")), Aggregating="FALSE", Naked="TRUE"
    ),
    "XML Schema's own booleans": job(chunk(blob(Latest="1", InCache="0"))),
    "the largest numbers": job(chunk(blob(Length="9223372036854775807"), ChunkNumber="2147483647")),
    "a lone chunk": chunk(blob()).encode(),
    "a lone empty chunk": chunk().encode(),
    "a placement of nothing": job(chunk(placed())),
    "a placement with every list empty": job(
        chunk(placed(others="<AzureTargets/><Ds3Targets/><S3Targets/>"))
    ),
    "two tapes with values and nulls": job(chunk(placed(tapes=TAPES))),
    "an identifier as an element": job(chunk(element("Object", BLOB, f"<Id>{JOB['JobId']}</Id>"))),
    "an error": error(),
    "an error with the number of its request": error(RequestId="42"),
}
INVALID = {
    "another root": b"<ListBucketResult/>",
    "a lone object": blob().encode(),
    "an unknown attribute": job(Color="red"),
    "an unknown attribute of an object": job(chunk(blob(Color="red"))),
    "an unknown element": job("<New/>"),
    "an element in an object": job(chunk(element("Object", BLOB, "<New/>"))),
    "text between chunks": job(chunk(), "text", chunk()),
    "nodes after a chunk": job(chunk(), "<Nodes/>"),
    "an unknown element in a placement": job(chunk(placed(others="<New/>"))),
    "a placement without tapes": job(chunk(placed(tapes=""))),
    "two placements": job(chunk(placed().replace("</Object>", "<PhysicalPlacement/></Object>"))),
    "a tape outside of its list": job(chunk(placed(others=tape()))),
    "a state that no tape has": job(chunk(placed(tapes=TAPES.replace("NORMAL", "SLEEPY")))),
    "a number in a tape that is none": job(chunk(placed(tapes=TAPES.replace("4096", "many")))),
    "an attribute on a tape": job(chunk(placed(tapes=TAPES.replace("<Tape>", '<Tape Id="1">')))),
    "no name": job(chunk(element("Object", {key: text for key, text in BLOB.items() if key != "Name"}))),
    "no status": element(
        "MasterObjectList", {key: text for key, text in JOB.items() if key != "Status"}
    ).encode(),
    "a boolean in mixed case": job(Naked="True"),
    "a boolean of two": job(Naked="true false"),
    "a number with a decimal point": job(chunk(blob(Length="1.0"))),
    "a number too large": job(chunk(blob(Length="9223372036854775808"))),
    "a chunk number too large": job(chunk(ChunkNumber="2147483648")),
    "a UUID that is none": job(JobId="78dba377"),
    "a UUID with space around it": job(JobId=f" {JOB['JobId']} "),
    "a status in lower case": job(Status="completed"),
    "a date without a time": job(StartDate="2026-03-14"),
    "an error without its code": error().replace(b"<Code>NotFound</Code>", b""),
}


@pytest.mark.parametrize("document", VALID.values(), ids=list(VALID))
def test_both_validators_accept_what_is_valid(document: bytes, is_valid: Callable[[bytes], bool]) -> None:
    assert is_valid(document)


@pytest.mark.parametrize("document", INVALID.values(), ids=list(INVALID))
def test_both_validators_refuse_what_is_not(document: bytes, is_valid: Callable[[bytes], bool]) -> None:
    assert not is_valid(document)


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.name)
def test_everything_is_documented_and_carries_its_versions(file: Path) -> None:
    items = [
        item
        for kind in ("element", "attribute", "complexType", "simpleType", "enumeration")
        for item in etree.parse(file).iter(f"{XS}{kind}")
        if kind == "enumeration" or item.get("name") or item.get("ref")
    ]
    assert items
    for item in items:
        label = item.get("name") or item.get("ref") or item.get("value")
        assert item.findtext(f"{XS}annotation/{XS}documentation"), label
        contracts = item.findall(f"{XS}annotation/{XS}appinfo/{CONTRACT}")
        assert contracts, label
        for contract in contracts:
            first = contract.get("first")
            assert (3, 0) <= version(first)[:2] <= version(contract.get("last", first))[:2], label


def version(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(".")))


def test_generating_anew_gives_the_same_bytes(tmp_path: Path) -> None:
    for package in ("jinja2", "ruff"):  # of xsdata's extra cli, and for what it writes
        pytest.importorskip(package)
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas", ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run(
        [sys.executable, "schemas/generator/generate.py"], cwd=tmp_path, check=True, capture_output=True
    )
    models = {path.name: path.read_bytes() for path in (tmp_path / "ds3codec" / "models").glob("*.py")}
    assert models == {path.name: path.read_bytes() for path in (ROOT / "ds3codec" / "models").glob("*.py")}
    readme = (ROOT / "schemas" / "README.md").read_bytes()
    assert (tmp_path / "schemas" / "README.md").read_bytes() == readme
