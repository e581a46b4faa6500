"""The command `schema`: of responses, and of reports."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from lxml import etree

from tests.examples import SAMPLE, error

from ..command import COMMAND, run


def test_the_schema_is_printed_or_written_into_a_folder(tmp_path: Path) -> None:
    assert etree.fromstring(run("schema").stdout).tag == "{http://www.w3.org/2001/XMLSchema}schema"
    assert run("schema", "--output", tmp_path / "xsd").returncode == 0
    failure = run("schema", "--output", "/dev/null/xsd")
    assert (failure.returncode, failure.stderr.count(b"\n")) == (2, 1)
    assert b"cannot write to '/dev/null/xsd': Not a directory" in failure.stderr
    schema = etree.XMLSchema(file=str(tmp_path / "xsd" / "MasterObjectList.xsd"))
    assert schema.validate(etree.fromstring(SAMPLE))


def test_the_schema_is_printed_in_one_piece(tmp_path: Path) -> None:
    (tmp_path / "one.xsd").write_bytes(run("schema").stdout)
    schema = etree.XMLSchema(file=str(tmp_path / "one.xsd"))
    assert schema.validate(etree.fromstring(SAMPLE))
    assert schema.validate(etree.fromstring(error()))
    assert not schema.validate(etree.fromstring(SAMPLE.replace(b'Length="', b'Length="x')))


@pytest.mark.skipif(shutil.which("xmllint") is None, reason="xmllint is not installed")
def test_xmllint_validates_a_response_as_the_help_says(files: Path) -> None:
    command = f"{COMMAND} schema > response.xsd && xmllint --noout --schema response.xsd good.xml"
    result = subprocess.run(["sh", "-c", command], cwd=files, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "good.xml validates\n")


def test_the_schema_of_reports_is_written_where_it_is_asked_for(tmp_path: Path) -> None:
    assert run("schema", "--of", "report", "--output", tmp_path).returncode == 0
    assert (tmp_path / "report.schema.json").read_bytes() == run("schema", "--of", "report").stdout


def test_the_schema_of_reports_has_each_part_of_one(files: Path) -> None:
    schema = json.loads(run("schema", "--of", "report").stdout)
    report = json.loads(run("validate", files, "--format", "json").stdout)
    parts = {"responses", "unreadable", "passed_over", "order", "totals"}
    assert schema["properties"].keys() == report.keys() == parts


def test_the_report_has_the_schema_that_is_printed(files: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(run("schema", "--of", "report").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    (files / "broken.har").write_bytes(b"{")
    (files / "notes.txt").write_bytes(b"notes")
    report = json.loads(run("validate", files, "--format", "json").stdout)
    assert report["responses"] and report["unreadable"] and report["passed_over"]
    jsonschema.validate(report, schema)
    report["responses"][0]["surprise"] = 1
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(report, schema)
