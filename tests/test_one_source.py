"""The schema is the one source of truth: what is added there is everywhere, with no other edit."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

ABOUT = """
      <xs:annotation>
        <xs:appinfo><ds3:contract first="6.0" absence="omitted when null"/></xs:appinfo>
        <xs:documentation>What no version has.</xs:documentation>
      </xs:annotation>"""

# One attribute of each kind of type: its name, its type in the XSD, values of that type, and values of none.
KINDS = {
    "Checksum": ('type="Long"', ["7", "0", "-9223372036854775808"], ["seven", "9223372036854775808", "1_0"]),
    "Text": ('type="xs:string"', ["7", "&lt; x", "long " * 9], []),
    "Flag": ('type="Boolean"', ["true", "1", "0"], ["yes", "True"]),
    "Moment": ('type="xs:dateTime"', ["2026-03-14T24:00:00Z"], ["2026-02-30T00:00:00Z", "today"]),
    "Rank": ('type="Priority"', ["HIGH", "CRITICAL"], []),
    "Count": (("xs:long", "minInclusive=1", "maxInclusive=999"), ["1", "999", "+07"], ["0", "1000", "-1"]),
    "Small": (("xs:long", "minInclusive=0", "maxInclusive=5"), ["0", "5", "05"], ["6", "-1", "10"]),
    "Below": (("xs:long", "minInclusive=-9", "maxInclusive=-1"), ["-9", "-1"], ["0", "1", "-10"]),
}


def attribute(name: str) -> str:
    """The declaration of an attribute."""
    kind = KINDS[name][0]
    if isinstance(kind, str):
        return f'<xs:attribute name="{name}" {kind}>{ABOUT}</xs:attribute>'
    facets = "".join('<xs:{} value="{}"/>'.format(*facet.split("=")) for facet in kind[1:])
    restriction = f'<xs:simpleType><xs:restriction base="{kind[0]}">{facets}</xs:restriction></xs:simpleType>'
    return f'<xs:attribute name="{name}">{ABOUT}{restriction}</xs:attribute>'


ADDED = (
    "\n".join(map(attribute, KINDS))
    + """
  </xs:complexType>

  <xs:complexType name="JobNode">"""
)

CHECK = """
import io
import ds3codec
from ds3codec.redaction import redact
from hypothesis import Phase, find, settings
from lxml import etree
from tests.examples import blob, chunk, job
from ds3codec.testing.strategies import models
from tests.decoding.test_against_xsdata import PARSER

def redacted(document):
    sink = io.BytesIO()
    redact(document, sink)
    return sink.getvalue()

assert ds3codec.__file__.startswith(FOLDER), ds3codec.__file__
document = job(chunk(blob(Checksum="7"), blob()))
read = ds3codec.decode(document, strict=True)
assert [item.checksum for item in read.chunks[0].blobs] == [7, None]
assert PARSER.from_bytes(document, ds3codec.MasterObjectList) == read
run = ds3codec.decode(job(chunk(*[blob(Checksum="7")] * 100)))
assert [item.checksum for item in run.chunks[0].blobs] == [7] * 100
assert b' Checksum="7" ' in ds3codec.encode(read)
assert ds3codec.decode(ds3codec.encode(read)) == read
try:
    ds3codec.decode(job(chunk(blob(Checksum="seven"))))
except ds3codec.InvalidValueError as error:
    assert error.path.endswith("/@Checksum")
else:
    raise AssertionError
schema = etree.XMLSchema(file="schemas/MasterObjectList.xsd")
assert schema.validate(etree.fromstring(document))
assert not schema.validate(etree.fromstring(document.replace(b"7", b"seven")))
found = settings(phases=[Phase.generate], database=None, derandomize=True)
assert find(models(ds3codec.Blob), lambda item: item.checksum is not None, settings=found)
assert "`Checksum`" in open("schemas/README.md").read()
for name, (_, good, bad) in KINDS.items():
    for objects in (1, 100):
        for text in good:
            document = job(chunk(*[blob(**{name: text})] * objects))
            read = ds3codec.decode(document, strict=True)
            assert PARSER.from_bytes(document, ds3codec.MasterObjectList) == read
            assert ds3codec.decode(ds3codec.encode(read)) == read
            assert "invalid-value" not in ds3codec.validate(document).counts, (name, text)
            assert (f' {name}="{text}"'.encode() in redacted(document)) == (name != "Text")
        for text in bad:
            document = job(chunk(*[blob()] * objects, blob(**{name: text})))
            try:
                ds3codec.decode(document)
            except ds3codec.InvalidValueError as error:
                assert error.path.endswith(f"/Object[{objects + 1}]/@{name}"), error
            else:
                raise AssertionError((name, text))
            assert ds3codec.validate(document).counts["invalid-value"] == 1
            assert f' {name}="{text}"'.encode() not in redacted(document)
            assert ds3codec.validate(redacted(document)).counts["invalid-value"] == 1
print("passed")
"""


def test_an_attribute_added_to_the_schema_passes_through_everything(tmp_path: Path) -> None:
    for package in ("jinja2", "ruff"):  # of xsdata's extra cli, and for what it writes
        pytest.importorskip(package)
    for folder in ("schemas", "ds3codec", "tests"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    schema = tmp_path / "schemas" / "MasterObjectList.xsd"
    text = schema.read_text()
    place = '\n  </xs:complexType>\n\n  <xs:complexType name="JobNode">'
    assert text.count(place) == 1
    schema.write_text(text.replace(place, ADDED))
    run(tmp_path, "schemas/generator/generate.py")
    (tmp_path / "ds3codec" / "schemas").symlink_to(tmp_path / "schemas")
    assert run(tmp_path, "-c", f"FOLDER = {str(tmp_path)!r}\nKINDS = {KINDS!r}\n{CHECK}") == "passed\n"


def run(folder: Path, *arguments: str) -> str:
    """What Python prints, run in a folder and on the packages there."""
    environment = os.environ | {"PYTHONPATH": str(folder)}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout
