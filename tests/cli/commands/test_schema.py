"""The commands that look things up."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from lxml import etree

from ds3codec.operations import OPERATIONS
from ds3codec.validation import RULES
from tests.examples import SAMPLE, error

from ..command import COMMAND, run


def test_rules_operations_and_schema_are_printed(tmp_path: Path) -> None:
    listed = run("rules").stdout.decode()
    assert all(re.search(rf"^{name} ", listed, re.MULTILINE) for name in RULES)
    assert not re.search(r"[ \t]$", listed, re.MULTILINE)
    assert b"Why: Each byte of an object is in one blob." in run("rules", "blobs-overlap").stdout
    assert run("rules", "spelling").returncode == 2
    operations = run("operations").stdout.decode()
    assert all(operation.name in operations for operation in OPERATIONS)
    assert etree.fromstring(run("schema").stdout).tag == "{http://www.w3.org/2001/XMLSchema}schema"
    assert run("schema", "--output", tmp_path / "xsd").returncode == 0
    failure = run("schema", "--output", "/dev/null/xsd")
    assert (failure.returncode, failure.stderr.count(b"\n")) == (2, 1)
    assert b"cannot write to '/dev/null/xsd': Not a directory" in failure.stderr
    schema = etree.XMLSchema(file=str(tmp_path / "xsd" / "MasterObjectList.xsd"))
    assert schema.validate(etree.fromstring(SAMPLE))


def test_a_group_of_rules_is_listed_alone() -> None:
    listed = run("rules", "version").stdout.decode().splitlines()[1:]
    assert [line.split()[0] for line in listed] == [
        rule.name for rule in RULES.values() if rule.group == "version"
    ]


def test_programs_get_rules_and_operations_as_json() -> None:
    rules = json.loads(run("rules", "--format", "json").stdout)
    assert [rule["name"] for rule in rules] == list(RULES)
    assert rules[0].keys() == {"name", "group", "severity", "meaning", "reason", "example"}
    [one] = json.loads(run("rules", "blobs-overlap", "--format", "json").stdout)
    assert one["group"] == "consistency"
    operations = json.loads(run("operations", "--format", "json").stdout)
    assert [operation["name"] for operation in operations] == [operation.name for operation in OPERATIONS]
    assert operations[0]["query"] == {"close_aggregating_job": None}


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
    assert schema["properties"].keys() == report.keys() == {"responses", "unreadable", "totals"}


def test_the_report_has_the_schema_that_is_printed(files: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(run("schema", "--of", "report").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    (files / "broken.har").write_bytes(b"{")
    report = json.loads(run("validate", files, "--format", "json").stdout)
    assert report["responses"] and report["unreadable"]
    jsonschema.validate(report, schema)
    report["responses"][0]["surprise"] = 1
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(report, schema)


def test_completion_knows_names_behind_commas_versions_and_files(files: Path) -> None:
    def completed(words: str) -> list[str]:
        count = str(len(words.split(" ")) - 1)
        done = run(_DS3CODEC_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=count)
        return done.stdout.decode().split()

    assert completed("ds3codec validate --select form,blobs-o") == ["plain,form,blobs-overlap"]
    assert completed("ds3codec validate --api-version 5.") == [
        f"plain,5.{number}" for number in (0, 1, 3, 4, 5, 6, 8)
    ]
    assert completed("ds3codec validate --api-version a") == ["plain,auto"]
    assert [line.split(",")[0] for line in completed("ds3codec validate go")] == ["file"]
    assert [line.split(",")[0] for line in completed("ds3codec summary go")] == ["file"]


def test_help_has_examples_and_completion_knows_the_rules() -> None:
    for command in ([], ["validate"], ["summary"], ["rules"], ["schema"], ["operations"]):
        help_text = run(*command, "--help").stdout.decode()
        assert "Examples:" in help_text
        assert "ds3codec " in help_text
    assert run("--version").stdout.startswith(b"ds3codec, version ")
    completed = run(_DS3CODEC_COMPLETE="bash_complete", COMP_WORDS="ds3codec rules blobs-o", COMP_CWORD="2")
    assert completed.stdout.strip() == b"plain,blobs-overlap"
