"""The installed command, run on real files in processes of its own."""

from __future__ import annotations

import gzip
import json
import os
import pty
import re
import select
import signal
import stat
import subprocess
import sys
import unicodedata
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from ds3codec import decode
from ds3codec.cli.commands import ds3codec
from ds3codec.cli.formats import FORMATS
from ds3codec.operations import OPERATIONS
from ds3codec.validation import RULES
from tests.examples import BLOB, SAMPLE, UUID, blob, chunk, element, error, job

COMMAND = str(Path(sys.executable).parent / "ds3codec")
WRONG = job(chunk(blob(Length="x", Name="größe"), blob(Version="1"), blob(Version="1")))


def run(*arguments: object, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [COMMAND, *map(str, arguments)]
    return subprocess.run(
        command,
        input=stdin,
        capture_output=True,
        check=False,
        env=os.environ | {"PYTHONUTF8": "1"} | environment,
    )


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "good.xml").write_bytes(SAMPLE)
    (tmp_path / "good.xml.gz").write_bytes(gzip.compress(SAMPLE))
    (tmp_path / "wrong.xml").write_bytes(WRONG)
    dump = b"HTTP/1.1 404 Not Found\r\nContent-Length: %d\r\n\r\n%s" % (len(error()), error())
    (tmp_path / "dump.http").write_bytes(dump)
    return tmp_path


# validate


def test_a_good_response_is_status_0_and_a_wrong_one_1(files: Path) -> None:
    good = run("validate", files / "good.xml", files / "good.xml.gz")
    assert (good.returncode, good.stderr) == (0, b"")
    assert good.stdout.decode().splitlines()[-1] == "2 responses: nothing found"
    wrong = run("validate", files / "wrong.xml")
    assert (wrong.returncode, wrong.stderr) == (1, b"")
    text = wrong.stdout.decode()
    assert "error Length: 'x' is not a valid value" in text
    assert "/MasterObjectList/Objects[1]/Object[1]/@Length" in text
    assert "object 'größe'" in text


def test_a_folder_is_validated_file_by_file(files: Path) -> None:
    result = run("validate", files)
    headings = re.findall(r"^\S*/([\w.#]+): (.*)$", result.stdout.decode(), re.MULTILINE)
    assert [name for name, _ in headings] == ["dump.http", "good.xml", "good.xml.gz", "wrong.xml"]
    assert (
        headings[1][1]
        == "nothing found; job 93d544be-eeee-4355-af02-14835508e050; 3 chunks, 5 blobs; API 5.0 to 5.4"
    )
    assert b"404 NotFound: There is no such job." in result.stdout
    assert result.returncode == 1


def test_standard_input_and_its_severity(files: Path) -> None:
    old = job(WriteOptimization="CAPACITY")
    assert run("validate", "-", stdin=old).returncode == 0
    noted = run("validate", "--severity", "note", "-", stdin=old)
    assert noted.returncode == 1
    assert b"before-3.0" in noted.stdout
    empty = job(
        chunk(blob(Version="1", Bucket="bucket"), blob(Name="b", Version="1")),
        chunk(ChunkNumber="1", ChunkId=UUID[:-1] + "0"),
    )
    assert run("validate", "-", stdin=empty).returncode == 1
    assert run("validate", "--severity", "error", "-", stdin=empty).returncode == 0


def test_rules_are_selected_and_ignored(files: Path) -> None:
    selected = run("validate", "--select", "schema,form", "--format", "jsonl", files / "wrong.xml")
    assert set(json.loads(selected.stdout)["counts"]) == {"invalid-value"}
    ignored = run("validate", "--ignore", "schema", "--ignore", "consistency", files / "wrong.xml")
    assert ignored.returncode == 0
    limited = run("validate", "--max-findings", "0", files / "wrong.xml")
    assert b"and 1 more of invalid-value" in limited.stdout
    assert limited.returncode == 1
    for option in (["--select", "spelling"], ["--api-version", "9"]):
        refused = run("validate", *option, files / "good.xml")
        assert (refused.returncode, refused.stderr.count(b"\n")) == (2, 1)


def test_a_version_is_chosen(files: Path) -> None:
    assert run("validate", "--api-version", "5.4", files / "good.xml").returncode == 0
    older = run("validate", "--api-version", "4.1", files / "good.xml")
    assert b"VersionId is from 5.0, not in 4.1" in older.stdout


def test_quiet_says_only_what_was_found(files: Path) -> None:
    result = run("validate", "--quiet", files)
    assert b"good.xml" not in result.stdout
    assert b"responses" not in result.stdout
    assert b"wrong.xml" in result.stdout


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


@pytest.mark.parametrize("command", ["validate", "summary"])
def test_what_cannot_be_read_is_one_line_and_status_2(command: str, files: Path) -> None:
    (files / "empty").mkdir()
    for path in (files / "missing.xml", files / "empty", files / "*.none"):
        result = run(command, path)
        assert (result.returncode, result.stdout.strip()) == (2, b"")
        assert re.fullmatch(rb"ds3codec: [^\n]*\n", result.stderr)
    for mistake in (["--format", "yaml", files], ["--unheard-of", files], []):
        result = run(command, *mistake)
        assert (result.returncode, result.stdout) == (2, b"")
        assert re.fullmatch(rb"ds3codec: [^\n]*\n", result.stderr)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission_is_one_line_and_status_2(files: Path) -> None:
    (files / "good.xml").chmod(stat.S_IWUSR)
    result = run("validate", files / "good.xml", files / "good.xml.gz")
    assert result.returncode == 2
    assert re.fullmatch(rb"ds3codec: [^\n]*good.xml[^\n]*\n", result.stderr)
    assert b"1 response: nothing found" in result.stdout


def test_an_unreadable_file_does_not_keep_the_others_from_being_validated(files: Path) -> None:
    (files / "broken.har").write_bytes(b'{"log": 7')
    result = run("validate", files)
    assert result.returncode == 2
    assert result.stderr.count(b"\n") == 1
    assert b"good.xml.gz: nothing found" in result.stdout


def test_an_interrupt_ends_at_once_with_what_was_found(tmp_path: Path) -> None:
    pipe = tmp_path / "response.xml"
    os.mkfifo(pipe)
    process = subprocess.Popen(
        [COMMAND, "validate", pipe],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A shell in the background lets its children ignore it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    with pipe.open("wb") as file:
        file.write(job(chunk(blob(Length="x"), *[blob()] * 10_000))[:-50])
        file.flush()  # returns when nearly all is read; the end does not come
        process.send_signal(signal.SIGINT)
        output, complaint = process.communicate(timeout=30)
    assert process.returncode == 130, output
    assert b"'x' is not a valid value" in output
    assert complaint == b""


def test_a_closed_pipe_is_silent(files: Path) -> None:
    for place in range(300):
        (files / f"{place}.xml").write_bytes(WRONG)
    pipe = f"{COMMAND} validate {files} | head -n 1"
    result = subprocess.run(["sh", "-c", pipe], capture_output=True, check=True)
    assert result.stdout.count(b"\n") == 1
    assert result.stderr == b""


def test_an_output_that_nobody_reads_is_silent(files: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [COMMAND, "validate", files / "good.xml"]
    result = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (result.returncode, result.stderr) == (1, b"")


def test_only_a_missing_extra_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text("import nothing_of_that_name")
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    result = subprocess.run([COMMAND], env=environment, capture_output=True, check=False)
    assert b"No module named 'nothing_of_that_name'" in result.stderr


def large(path: Path, objects: int) -> Path:
    head, tail = job(chunk("<o/>")).split(b"<o/>")
    with path.open("wb") as file:
        file.write(head + blob(Length="x").encode())
        for start in range(0, objects, 1000):
            file.write("".join(blob(Name=str(start + place)) for place in range(1000)).encode())
        file.write(tail)
    return path


def run_on_terminal(*arguments: object, output: Path) -> bytes:
    """Run the command with its standard output in a file, and give what it shows on a terminal."""
    ours, theirs = pty.openpty()
    with output.open("wb") as file:
        process = subprocess.Popen([COMMAND, *map(str, arguments)], stdout=file, stderr=theirs)
    os.close(theirs)
    shown = b""
    while select.select([ours], [], [], 20)[0]:
        try:
            shown += os.read(ours, 4096)
        except OSError:  # the other end is closed
            break
    process.wait()
    os.close(ours)
    return shown


@pytest.mark.parametrize("form", ["text", "jsonl"])
def test_progress_shows_on_a_terminal_for_what_takes_longer_than_a_second(form: str, tmp_path: Path) -> None:
    path = large(tmp_path / "large.xml", 120_000)
    shown = run_on_terminal("validate", "--format", form, path, output=tmp_path / "output")
    assert b"MB/s" in shown
    assert b"large.xml" in shown
    assert b"invalid-value" not in shown
    assert b"invalid-value" in (tmp_path / "output").read_bytes()


# summary


def test_a_summary_says_what_a_response_says(files: Path) -> None:
    result = run("summary", files / "good.xml")
    assert result.returncode == 0
    text = result.stdout.decode()
    assert "JobId                                93d544be-eeee-4355-af02-14835508e050" in text
    assert "3 chunks, 4 objects, 5 blobs, 65.7 GiB listed" in text
    assert re.search(r"bp-node-2.example.com \(\S+\) +█+ +64.0 GiB", text)
    assert re.search(r"'reels/0002/master.mxf' +65.0 GiB", text)


def test_a_summary_as_json_adds_up(files: Path) -> None:
    [summary] = json.loads(run("summary", "--format", "json", files / "good.xml").stdout)
    sample = decode(SAMPLE)
    blobs = [blob for chunk in sample.chunks for blob in chunk.blobs]
    assert summary["blobs"] == len(blobs) == sum(item["blobs"] for item in summary["blob_sizes"])
    total = sum(blob.length for blob in blobs)
    assert summary["bytes"]["listed"] == total == sum(node["bytes"] for node in summary["nodes"])
    assert summary["header"]["JobId"] == sample.job_id
    assert summary["largest_objects"][0] == {"name": "reels/0002/master.mxf", "bytes": 69793218560}


def test_a_summary_of_a_broken_response_says_what_there_was(files: Path) -> None:
    (files / "cut.xml").write_bytes(SAMPLE[: SAMPLE.index(b"master.mxf")])
    result = run("summary", files / "cut.xml")
    assert result.returncode == 1
    assert b"1 chunk, 3 objects, 3 blobs" in result.stdout
    assert re.fullmatch(
        rb"ds3codec: \S+cut.xml: the document ends before it is complete[^\n]*\n", result.stderr
    )


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_a_summary_is_drawn(files: Path, ending: str) -> None:
    plot = files / f"plot.{ending}"
    assert run("summary", "--plot", plot, files / "good.xml").returncode == 0
    if ending == "svg":
        drawn = etree.parse(plot).getroot()
        assert "bytes by node" in etree.tostring(drawn, encoding="unicode")
    else:
        assert plot.read_bytes().startswith(b"\x89PNG")
    refused = run("summary", "--plot", files / "plot.doc", files / "good.xml")
    assert refused.returncode == 2
    assert refused.stderr.count(b"\n") == 1


# what is looked up


def test_rules_operations_and_schema_are_printed(tmp_path: Path) -> None:
    listed = run("rules").stdout.decode()
    assert all(re.search(rf"^ *{name} ", listed, re.MULTILINE) for name in RULES)
    assert b"Why: Each byte of an object is in one blob." in run("rules", "blobs-overlap").stdout
    assert run("rules", "spelling").returncode == 2
    operations = run("operations").stdout.decode()
    assert all(operation.name in operations for operation in OPERATIONS)
    assert etree.fromstring(run("schema").stdout).tag == "{http://www.w3.org/2001/XMLSchema}schema"
    assert run("schema", "--output", tmp_path / "xsd").returncode == 0
    schema = etree.XMLSchema(file=str(tmp_path / "xsd" / "MasterObjectList.xsd"))
    assert schema.validate(etree.fromstring(SAMPLE))


def test_help_has_examples_and_completion_knows_the_rules() -> None:
    for command in ([], ["validate"], ["summary"], ["rules"], ["schema"], ["operations"]):
        help_text = run(*command, "--help").stdout.decode()
        assert "Examples:" in help_text
        assert "ds3codec " in help_text
    assert run("--version").stdout.startswith(b"ds3codec, version ")
    completed = run(_DS3CODEC_COMPLETE="bash_complete", COMP_WORDS="ds3codec rules blobs-o", COMP_CWORD="2")
    assert completed.stdout.strip() == b"plain,blobs-overlap"


def test_without_its_extra_the_command_says_which_it_needs() -> None:
    script = "import sys; sys.modules['click'] = None; from ds3codec.cli import main; main()"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert result.returncode == 1
    assert result.stderr == b"ds3codec: the command line needs the extra cli: pip install 'ds3codec[cli]'\n"


# What a document holds, and what is shown of it

HOSTILE = "a\n::error ::b\x1b[2J\x7f\x9b31m\u202e\u2028\ufffe[red]:smile:%0A"


def invoke(*arguments: object) -> Result:
    result = CliRunner().invoke(ds3codec, [str(each) for each in arguments], standalone_mode=False)
    assert result.exception is None
    assert result.return_value in (0, 1, 2)
    return result


def acting(output: str) -> list[str]:
    """The characters that do something instead of being shown."""
    forbidden = ("Cc", "Cf", "Cs", "Zl", "Zp")
    return [each for each in output if unicodedata.category(each) in forbidden and each != "\n"]


def hostile(text: str) -> bytes:
    """A job that has this text, as far as XML can, wherever a value is shown."""
    legal = "".join(
        each for each in text if each in "\t\n\r" or " " <= each < "\ud800" or "\ue000" <= each < "\ufffe"
    )
    blobs = [blob(Name=legal, Length=legal), blob(Name=legal, Bucket=legal), blob(Name=legal)]
    return job(chunk(*blobs, ChunkId=legal), Name=legal, BucketName=legal, UserName=legal)


def check_output(document: bytes, path: Path) -> None:
    path.write_bytes(document)
    findings = json.loads(invoke("validate", "--format", "json", path).stdout)["responses"]
    count = sum(len(each["findings"]) for each in findings)
    for form in FORMATS:
        result = invoke("validate", "--format", form, path)
        assert acting(result.output) == []
        if form == "github":
            assert [line[:2] for line in result.stdout.splitlines()] == ["::"] * count
        if form == "junit":
            for parse in (ElementTree.fromstring, etree.fromstring):
                assert len(list(parse(result.stdout.encode()).iter("failure"))) == count
    for form in ("text", "json"):
        assert acting(invoke("summary", "--format", form, path).output) == []


@pytest.mark.parametrize("name", ["plain.xml", HOSTILE.replace("/", "") + ".xml"])
@pytest.mark.parametrize(
    "document",
    [
        hostile(HOSTILE),
        error(Message="a&#10;::error ::b\u202e\x9b", Code="a\nb\x85"),
        job(chunk(blob(Name=HOSTILE[:14]))),
        job(Name=HOSTILE[:14] + "\x9b").replace(b"/>", b"></a\xc2\x9bb>"),
        b"HTTP/1.1 200 OK\r\nX: \x9b\r\n\r\n" + hostile(HOSTILE),
    ],
)
def test_nothing_of_a_document_or_a_name_acts_on_a_terminal_or_a_log(
    document: bytes, name: str, tmp_path: Path
) -> None:
    check_output(document, tmp_path / name)


def test_what_is_escaped_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "job.xml"
    path.write_bytes(job(chunk(blob()), Name="a\nb\x9b[red]:smile:"))
    assert r"a\nb\x9b[red]:smile:" in invoke("summary", path).stdout
    assert json.loads(invoke("summary", "--format", "json", path).stdout)[0]["header"]["Name"] == (
        "a\nb\x9b[red]:smile:"
    )


def test_an_encoding_that_lacks_a_character_is_no_trouble(tmp_path: Path) -> None:
    path = tmp_path / "job.xml"
    path.write_bytes(job(chunk(blob(Name="größe", Length="x"))))
    for form in FORMATS:
        result = run("validate", "--format", form, path, PYTHONUTF8="0", PYTHONIOENCODING="ascii")
        assert (result.returncode, result.stderr) == (1, b"")
    assert run("summary", path, PYTHONUTF8="0", PYTHONIOENCODING="ascii").returncode == 1


TMP = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@TMP
@given(text=st.text(max_size=30))
def test_no_text_acts_whatever_it_is(text: str, tmp_path: Path) -> None:
    check_output(hostile(text), tmp_path / "job.xml")


PIECES = [
    b"<",
    b'"',
    b"&#xD800;",
    b":a='1'",
    b"x:='1'",
    b"<:a/>",
    b"<a:b:c/>",
    b"\0",
    b"24:00:00",
    b"\xff",
    b"&x;",
    b"]]>",
]


@TMP
@given(data=st.data())
def test_no_mutated_document_ends_in_a_traceback(data: st.DataObject, tmp_path: Path) -> None:
    document = bytearray(data.draw(st.sampled_from([WRONG, error(), hostile("a\n\x9b")])))
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(document)))
        document[place : place + data.draw(st.integers(0, 3))] = data.draw(st.sampled_from(PIECES))
    check_output(bytes(document), tmp_path / "job.xml")
