"""The formats in which `validate` prints."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

from tests.examples import BLOB, chunk, element, job

from .command import WRONG, run


def test_json_has_everything_of_a_finding(files: Path) -> None:
    document = json.loads(run("validate", "--format", "json", files).stdout)
    assert document["totals"]["error"] >= 2
    [wrong] = [item for item in document["responses"] if item["file"].endswith("wrong.xml")]
    found = next(item for item in wrong["findings"] if item["rule"] == "invalid-value")
    column = len(WRONG[: WRONG.index(b"<Object ")].decode()) + 1
    assert found["message"].startswith("Length: 'x'")
    assert found == {
        "message": found["message"],
        "rule": "invalid-value",
        "severity": "error",
        "path": "/MasterObjectList/Objects[1]/Object[1]/@Length",
        "line": 1,
        "column": column,
        "chunk": 1,
        "object": 1,
        "chunk_number": 0,
        "object_name": "größe",
    }
    lines = run("validate", "--format", "jsonl", files).stdout.splitlines()
    assert [json.loads(line) for line in lines] == document["responses"]


def test_junit_and_github_name_the_file_and_the_rule(files: Path) -> None:
    junit = ElementTree.fromstring(run("validate", "--format", "junit", files).stdout)  # noqa: S314
    suites = {Path(str(suite.get("name"))).name: suite for suite in junit}
    assert suites["good.xml"].get("failures") == "0"
    failures = suites["wrong.xml"].findall("testcase/failure")
    assert len(failures) == int(str(suites["wrong.xml"].get("failures"))) > 0
    assert "invalid-value" in {failure.get("type") for failure in failures}
    annotations = run("validate", "--format", "github", files / "wrong.xml").stdout.decode().splitlines()
    assert re.match(r"::error file=\S+wrong.xml,line=1,col=\d+,title=invalid-value::Length", annotations[0])


def test_no_credential_shows_in_any_format(files: Path) -> None:
    target = "<SecretKey>hunter2<x/></SecretKey><ProxyPassword>hunter2</ProxyPassword>"
    inside = f"<PhysicalPlacement><S3Targets><S3Target>{target}</S3Target></S3Targets></PhysicalPlacement>"
    (files / "secret.xml").write_bytes(job(chunk(element("Object", BLOB, inside))))
    broken = job(chunk(element("Object", BLOB, inside))).replace(b"hunter2<x/>", b"a&hunter2;b")
    (files / "broken.xml").write_bytes(broken)
    for form in ("text", "json", "jsonl", "junit", "github"):
        assert b"hunter2" not in run("validate", "--format", form, files / "broken.xml").stdout
        result = run("validate", "--format", form, files / "secret.xml")
        assert result.returncode == 1
        assert b"hunter2" not in result.stdout + result.stderr
    assert b"hunter2" not in run("summary", files / "secret.xml").stdout
