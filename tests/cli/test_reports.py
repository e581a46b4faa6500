"""The formats in which `validate` prints its reports."""

from __future__ import annotations

import gzip
import json
import os
import re
from pathlib import Path
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree

import pytest

from ds3codec import validate
from ds3codec.cli import sarif
from ds3codec.cli.reports import FORMATS
from ds3codec.validation import RULES, Severity
from ds3codec.validation.rules import GROUPS
from tests.captures.examples import GET_JOB, entry, har, request, with_length
from tests.examples import BLOB, SAMPLE, blob, chunk, element, job

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
    assert any("[invalid-value]" in str(failure.text) for failure in failures)
    annotations = run("validate", "--format", "github", files / "wrong.xml").stdout.decode().splitlines()
    assert re.match(r"::error file=\S+wrong.xml,line=1,col=\d+,title=invalid-value::Length", annotations[0])


@pytest.fixture
def unfinished(files: Path) -> Path:
    """A folder with a file that breaks off in its recording, and one that is none."""
    whole = with_length(WRONG)
    (files / "cut.http").write_bytes(gzip.compress(whole)[:-30])
    (files / "none.har").write_bytes(b'{"log": 1}')
    return files


def test_what_could_not_be_read_is_in_every_format(unfinished: Path) -> None:
    document = json.loads(run("validate", "--format", "json", unfinished).stdout)
    [failure] = document["unreadable"]
    assert failure["file"] == str(unfinished / "none.har")
    assert "no log.entries" in failure["unreadable"]
    lines = [
        json.loads(line) for line in run("validate", "--format", "jsonl", unfinished).stdout.splitlines()
    ]
    assert failure in lines
    junit = ElementTree.fromstring(run("validate", "--format", "junit", unfinished).stdout)  # noqa: S314
    assert [error.get("message") for error in junit.iter("error")] == [failure["unreadable"]]
    annotations = run("validate", "--format", "github", unfinished).stdout.decode()
    assert f"::error file={unfinished}/none.har,title=unreadable::cannot read" in annotations
    log = json.loads(run("validate", "--format", "sarif", unfinished).stdout)
    [invocation] = log["runs"][0]["invocations"]
    assert not invocation["executionSuccessful"]
    [notification] = invocation["toolExecutionNotifications"]
    assert "no log.entries" in notification["message"]["text"]
    nothing = run("validate", unfinished / "none.har", "--format", "json")
    assert (nothing.returncode, json.loads(nothing.stdout)["responses"]) == (2, [])
    text = run("validate", unfinished / "none.har").stdout
    assert text == b"nothing was validated; 1 input not read\n"


def test_junit_is_read_by_others(files: Path) -> None:
    junitparser = pytest.importorskip("junitparser")
    (files / "report.xml").write_bytes(run("validate", "--format", "junit", files).stdout)
    suites = list(junitparser.JUnitXml.fromfile(str(files / "report.xml")))
    assert {Path(suite.name).name for suite in suites} == {
        "good.xml",
        "good.xml.gz",
        "wrong.xml",
        "dump.http",
    }
    for suite in suites:
        cases = list(suite)
        assert suite.tests == len(cases) == len({rule.group for rule in RULES.values()})
        assert suite.failures == sum(case.is_failure for case in cases)
        assert suite.skipped == sum(case.is_skipped for case in cases)
        assert suite.tests - suite.failures >= 0 and suite.errors == 0
    root = ElementTree.fromstring((files / "report.xml").read_bytes())  # noqa: S314
    assert int(root.get("tests", 0)) == sum(suite.tests for suite in suites)
    assert float(root.get("time", 0)) > 0


def test_junit_skips_what_was_not_checked_and_says_why(files: Path) -> None:
    (files / "cut.xml").write_bytes(SAMPLE[:-30])
    (files / "report.xml").write_bytes(run("validate", "--format", "junit", files).stdout)
    root = ElementTree.fromstring((files / "report.xml").read_bytes())  # noqa: S314
    skipped = {
        (Path(str(case.get("classname"))).name, str(case.get("name")).rpartition(": ")[2]): message.get(
            "message"
        )
        for case in root.iter("testcase")
        for message in case.findall("skipped")
    }
    assert len(skipped) == int(str(root.get("skipped")))
    alone = {"together": "other answers", "exchange": "neither the request nor the status"}
    of_form = dict.fromkeys(("schema", "version", "consistency"), "the form of the document is wrong")
    expected = {"good.xml": alone, "cut.xml": {**of_form, **alone}, "dump.http": of_form}
    for file, groups in expected.items():
        for group, words in groups.items():
            assert words in str(skipped.pop((file, group)))
    assert {file for file, _ in skipped} <= {"good.xml.gz", "wrong.xml", "dump.http"}
    selected = run("validate", "--format", "junit", "--select", "form", files / "good.xml").stdout
    assert selected.count(b"none of its rules is selected") == len(GROUPS) - 1
    assert b'skipped="1"' in run("validate", "--format", "junit", "--together", files / "good.xml").stdout


def test_json_says_what_was_not_checked(files: Path) -> None:
    [report] = json.loads(run("validate", files / "good.xml", "--format", "json").stdout)["responses"]
    assert report["not_checked"].keys() == {"together", "exchange"}
    (files / "cut.xml").write_bytes(SAMPLE[:-30])
    [report] = json.loads(run("validate", files / "cut.xml", "--format", "json").stdout)["responses"]
    assert report["not_checked"].keys() == {*GROUPS} - {"form"}


def test_findings_that_are_not_listed_are_counted_in_every_format(files: Path) -> None:
    (files / "many.xml").write_bytes(job(chunk(*[blob(Length="x")] * 7)))
    shown = {
        form: run("validate", "--max-findings", "2", files / "many.xml", "--format", form).stdout.decode()
        for form in FORMATS
    }
    assert json.loads(shown["json"])["responses"][0]["counts"]["invalid-value"] == 7
    assert json.loads(shown["jsonl"])["counts"]["invalid-value"] == 7
    for form in FORMATS.keys() - {"json", "jsonl"}:
        assert "and 5 more of invalid-value" in shown[form]
    none = run("validate", "--max-findings", "0", files / "many.xml", "--format", "junit").stdout
    assert b"<failure" in none


def test_a_document_that_breaks_off_is_not_clean_whatever_rules_are_selected(files: Path) -> None:
    (files / "cut.xml").write_bytes(SAMPLE[:-30])
    for form in FORMATS:
        done = run("validate", "--ignore", "form", files / "cut.xml", "--format", form)
        assert (done.returncode, b"the document ends before it is complete" in done.stdout) == (1, True)


def test_what_was_passed_over_is_in_every_format(files: Path) -> None:
    (files / "notes.txt").write_bytes(b"notes")
    (files / "other.http").write_bytes(request("GET", "/other?token=hunter2") + with_length(b"{}"))
    shown = {form: run("validate", files, "--format", form).stdout.decode() for form in FORMATS}
    for output in shown.values():
        assert "notes.txt" in output and "begins neither as a capture nor as a recording" in output
        assert "the answer 200 to GET /other, which is not about jobs" in output
        assert "hunter2" not in output
    assert "1 file passed over:\n" in shown["text"] and "1 other response skipped:\n" in shown["text"]
    kinds = [one["kind"] for one in json.loads(shown["json"])["passed_over"]]
    assert sorted(kinds) == ["file", "response"]
    statistics = run("validate", files, "--statistics")
    assert b"notes.txt" in statistics.stderr and b"notes.txt" not in statistics.stdout
    assert b"notes.txt" not in run("validate", files, "--quiet").stdout


def test_of_many_that_were_passed_over_some_are_named_and_all_are_counted(tmp_path: Path) -> None:
    (tmp_path / "session.har").write_bytes(har(*[entry("/other", "{}")] * 1234))
    shown = run("validate", tmp_path).stdout.decode()
    assert "1,234 other responses skipped:\n" in shown and "  and 1,214 more" in shown
    passed_over = json.loads(run("validate", tmp_path, "--format", "json").stdout)["passed_over"]
    assert sum(one["count"] for one in passed_over) == 1234


UNREADABLE = {
    "archive.zip": (b"PK\x03\x04" + bytes(30), "the archive is damaged"),
    "packets": (b"\xd4\xc3\xb2\xa1" + bytes(30), "as a packet capture"),
    "502.txt": (b"<html><h1>502 Bad Gateway</h1>", "HTML"),
    "flows": (b"3261:9:websocket;0:~", "as flows of mitmproxy"),
    "empty.xml": (b"", "empty"),
    "damaged": (gzip.compress(SAMPLE)[:200], "ends before it is complete"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_folder_with_what_nobody_can_read_is_not_clean(name: str, tmp_path: Path) -> None:
    data, words = UNREADABLE[name]
    (tmp_path / "good.xml").write_bytes(SAMPLE)
    (tmp_path / name).write_bytes(data)
    for form in FORMATS:
        found = [run("validate", path, "--format", form) for path in (tmp_path, tmp_path / "*")]
        assert [one.returncode for one in found] in ([1, 1], [2, 2])
        assert all(words in (one.stdout + one.stderr).decode() for one in found)
    as_json = [
        json.loads(run("validate", one, "--format", "json").stdout) for one in (tmp_path, tmp_path / "*")
    ]
    assert as_json[0] == as_json[1]


@pytest.fixture
def odd_names(tmp_path: Path) -> list[bytes]:
    """Names of wrong responses in a folder, which nobody chooses and everybody has."""
    names = [b"a\xff.xml", b"a\\udcff.xml", b"a\nb.xml", b"a\\nb.xml", b"poll-09:26:53.xml", b"50%.xml"]
    names += [b"-x.xml", b"[1].xml", b"a%0Ab.xml", b" .xml", b"#?.xml", "größe.xml".encode(), b"a,b::c.xml"]
    for name in names:
        (tmp_path / os.fsdecode(name)).write_bytes(WRONG)
    return names


@pytest.mark.usefixtures("odd_names")
@pytest.mark.parametrize("command", ["validate", "summary"])
def test_names_are_told_apart_whatever_they_are(
    command: str, odd_names: list[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shown = run(command, ".").stdout.decode()
    headings = [line for line in shown.splitlines() if ".xml:" in line]
    assert len(set(headings)) == len(odd_names)
    assert "a\\udcff.xml:" in shown and "a\\\\udcff.xml:" in shown


@pytest.mark.parametrize("form", ["json", "jsonl", "junit", "github"])
def test_names_are_told_apart_in_each_format(form: str, odd_names: list[bytes], tmp_path: Path) -> None:
    shown = run("validate", tmp_path, "--format", form).stdout.decode()
    if form == "json":
        found = {one["file"] for one in json.loads(shown)["responses"]}
    elif form == "jsonl":
        found = {json.loads(line)["file"] for line in shown.splitlines()}
    elif form == "junit":
        found = {suite.get("name") for suite in ElementTree.fromstring(shown)}  # noqa: S314
    else:
        found = set(re.findall("^::[a-z]+ file=([^,:]+),", shown, re.MULTILINE))
    assert len(found) == len(odd_names)
    assert all(str(name).encode() for name in found)


def test_sarif_has_a_relative_reference_that_leads_to_each_file(
    odd_names: list[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for path, base in ((".", b""), (tmp_path, os.fsencode(tmp_path) + b"/")):
        [log] = json.loads(run("validate", path, "--format", "sarif").stdout)["runs"]
        uris = {
            location["physicalLocation"]["artifactLocation"]["uri"]
            for result in log["results"]
            for location in result["locations"]
        }
        assert all(REFERENCE.fullmatch(uri) for uri in uris)
        assert {unquote_to_bytes(uri) for uri in uris} == {base + name for name in odd_names}


# A relative reference as in RFC 3986, 4.2, without a query: of path-absolute or path-noscheme.
REFERENCE = re.compile(r"(?:/(?!/)|(?![^/]*:))(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-F]{2})+")


@pytest.mark.parametrize("limit", ["_MOST_RESULTS", "_LARGEST"])
def test_a_log_keeps_to_what_github_takes_and_says_what_it_leaves_out(
    limit: str, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs = [blob(Length="x", Name=f"{number}") for number in range(3000)]
    (files / "many.xml").write_bytes(job(chunk(*blobs), Color="red"))
    monkeypatch.setattr(sarif, limit, 100 if limit == "_MOST_RESULTS" else 20_000)
    done = run("validate", files / "many.xml", "--format", "sarif", "--max-findings", "5000")
    [log] = json.loads(done.stdout)["runs"]
    kept = len(log["results"])
    assert 0 < kept <= 100 or limit == "_LARGEST"
    told = re.search(rb"([\d,]+) of ([\d,]+) results are left out of the log", done.stderr)
    assert told is not None
    left_out, every = (int(number.replace(b",", b"")) for number in told.groups())
    assert left_out == every - kept > 0
    notifications = log["invocations"][0]["toolExecutionNotifications"]
    assert any("results are left out" in one["message"]["text"] for one in notifications)
    if limit == "_LARGEST":
        assert len(gzip.compress(json.dumps(log["results"], indent=2).encode())) < 40_000


def test_of_what_cannot_be_read_a_log_names_as_much_as_github_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sarif, "_MOST_NOTES", 10)
    done = run("validate", *(tmp_path / f"{number}.xml" for number in range(15)), "--format", "sarif")
    [log] = json.loads(done.stdout)["runs"]
    assert not log["invocations"][0]["executionSuccessful"]
    assert "5 notifications of the run are left out" in done.stdout.decode()
    assert b"5 notifications of the run are left out" in done.stderr


def test_the_most_severe_results_are_those_that_are_kept(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs = [blob(Version="1", Name=f"{number}") for number in range(9)]
    (files / "many.xml").write_bytes(job(chunk(*blobs, blob(Length="x")), WriteOptimization="CAPACITY"))
    every = ["validate", files / "many.xml", "--format", "sarif", "--severity", "note"]
    [log] = json.loads(run(*every).stdout)["runs"]
    errors = sum(result["level"] == "error" for result in log["results"])
    assert 0 < errors < len(log["results"])
    monkeypatch.setattr(sarif, "_MOST_RESULTS", errors)
    [log] = json.loads(run(*every).stdout)["runs"]
    assert [result["level"] for result in log["results"]] == ["error"] * errors


@pytest.mark.full
def test_a_log_of_25_000_results_is_what_github_takes(tmp_path: Path) -> None:
    (tmp_path / "many.xml").write_bytes(job(chunk(*[blob(Length="x")] * 26_000)))
    done = run("validate", tmp_path, "--format", "sarif", "--max-findings", "100000")
    [log] = json.loads(done.stdout)["runs"]
    assert len(log["results"]) == 25_000
    assert b"results are left out" in done.stderr
    assert len(gzip.compress(done.stdout)) < 10_000_000


def test_sarif_has_the_schema_of_sarif_and_all_places(files: Path) -> None:
    log = json.loads(run("validate", "--format", "sarif", files).stdout)
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    [run_] = log["runs"]
    rules = run_["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(RULES)
    document = json.loads(run("validate", "--format", "json", files).stdout)
    findings = [found for response in document["responses"] for found in response["findings"]]
    assert len(run_["results"]) == len(findings)
    for result, found in zip(run_["results"], findings):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == found["rule"]
        assert result["level"] == found["severity"]
        [location] = result["locations"]
        region = location["physicalLocation"].get("region", {})
        assert region.get("startLine") == found["line"]
        assert region.get("startColumn") == found["column"]


def test_sarif_names_a_file_as_a_uri_reference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a folder").mkdir()
    (tmp_path / "a folder" / "größe#1.xml").write_bytes(WRONG)
    monkeypatch.chdir(tmp_path)
    [run_] = json.loads(run("validate", "a folder/größe#1.xml", "--format", "sarif").stdout)["runs"]
    assert run_["invocations"][0]["executionSuccessful"]
    findings = [found for found in validate(WRONG).findings if found.severity is not Severity.NOTE]
    assert len(findings) == len(run_["results"])
    for result, found in zip(run_["results"], findings):
        [location] = result["locations"]
        uri = location["physicalLocation"]["artifactLocation"]["uri"]
        assert uri == "a%20folder/gr%C3%B6%C3%9Fe%231.xml"
        assert location["logicalLocations"] == [{"fullyQualifiedName": found.path}]


def test_a_message_of_github_does_not_repeat_the_place(files: Path) -> None:
    annotation = run("validate", "--format", "github", files / "wrong.xml").stdout.decode().splitlines()[0]
    assert "line=1,col=" in annotation
    assert "line 1" not in annotation.rpartition("::")[2]


def test_statistics_count_by_rule_and_a_status_can_be_zero(files: Path) -> None:
    counted = run("validate", "--statistics", files / "wrong.xml")
    document = json.loads(run("validate", "--format", "json", files / "wrong.xml").stdout)
    [response] = document["responses"]
    lines = [line.split() for line in counted.stdout.decode().splitlines()]
    assert {rule: int(count) for count, rule, _ in lines} == {
        rule: count for rule, count in response["counts"].items() if RULES[rule].severity.value != "note"
    }
    assert counted.returncode == 1
    assert run("validate", "--exit-zero", files / "wrong.xml").returncode == 0


@pytest.mark.parametrize(
    ("capture", "words"),
    [
        (b'{"log": {"entries": []}}', b"nothing was validated"),
        (b"HTTP/1.1 307 Moved\r\nLocation: /\r\nContent-Length: 0\r\n\r\n", b"1 redirect passed over"),
        (request("GET", "/other") + with_length(b"{}"), b"1 other response skipped"),
    ],
)
def test_a_capture_with_nothing_in_it_is_no_success(capture: bytes, words: bytes, tmp_path: Path) -> None:
    (tmp_path / "empty.http").write_bytes(capture)
    done = run("validate", tmp_path / "empty.http")
    assert done.returncode == 3
    assert done.stdout.startswith(b"nothing was validated") and words in done.stdout


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


HEAD = b"HTTP/1.1 %b\r\nContent-Length: 99\r\n\r\n"


def test_what_was_not_recorded_is_not_checked_in_every_format(tmp_path: Path) -> None:
    (tmp_path / "head.http").write_bytes(HEAD % b"200 OK")
    (tmp_path / "session.har").write_bytes(har(entry(GET_JOB, None)))
    shown = run("validate", tmp_path)
    assert shown.returncode == 0
    assert shown.stdout.count(b": not checked, for the body was not recorded") == 2
    assert b"\n2 responses: 2 notes; 2 not checked, for the body was not recorded\n" in shown.stdout
    document = json.loads(run("validate", "--format", "json", tmp_path).stdout)
    assert [(one["recorded"], one["complete"]) for one in document["responses"]] == [(False, False)] * 2
    junit = ElementTree.fromstring(run("validate", "--format", "junit", tmp_path).stdout)  # noqa: S314
    assert junit.get("skipped") == str(len(junit.findall("testsuite/testcase/skipped")))
    assert int(str(junit.get("skipped"))) == int(str(junit.get("tests"))) - int(str(junit.get("failures")))
    summary = run("summary", tmp_path)
    assert summary.returncode == 0
    assert summary.stdout.count(b"not read to the end (the body was not recorded)") == 2
    (tmp_path / "failed.http").write_bytes(HEAD % b"500 Oops")
    assert run("validate", tmp_path / "failed.http").returncode == 1


@pytest.mark.parametrize("command", ["validate", "summary", "convert"])
def test_an_archive_is_read_up_to_an_error_that_says_where_it_is(command: str, tmp_path: Path) -> None:
    text = har(entry(GET_JOB, SAMPLE.decode()), 1e400).replace(b"Infinity", b"Nope")
    (tmp_path / "session.har").write_bytes(text)
    options = ["-o", tmp_path / "a.csv"] if command == "convert" else []
    shown = run(command, tmp_path / "session.har", *options)
    assert shown.returncode == 2
    assert f"after entry 1, at line 1, column {text.index(b'Nope') + 1:,}".encode() in shown.stderr
    assert command == "convert" or b"session.har#1" in shown.stdout


def test_an_edited_recording_is_converted_and_compared_as_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "edited.http").write_bytes(with_length(SAMPLE.replace(b"><", b">\n<"), b"no colon"))
    edited = (tmp_path / "edited.http").read_bytes().replace(b"\r\n", b"\n").replace(b">\n<", b"> \n <")
    (tmp_path / "edited.http").write_bytes(edited)
    (tmp_path / "plain.xml").write_bytes(SAMPLE)
    assert run("diff", tmp_path / "plain.xml", tmp_path / "edited.http").stdout == b"no difference\n"
    for name in ("plain.xml", "edited.http"):
        assert run("convert", tmp_path / name, "-o", tmp_path / f"{name}.csv").returncode == 0
    rows = [(tmp_path / f"{name}.csv").read_bytes().count(b"\n") for name in ("plain.xml", "edited.http")]
    assert rows[0] == rows[1] > 1
    shown = run("validate", "--severity", "note", "--select", "form", tmp_path / "edited.http").stdout
    assert shown.count(b"[misrecorded]") == 2
