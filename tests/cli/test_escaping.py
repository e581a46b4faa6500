"""What a document holds, and what is shown of it."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.examples import blob, chunk, error, job

from .command import WRONG, run, run_process

FORMATS = str(re.search(r"--format \[([a-z|]+)\]", run("validate", "--help").stdout.decode())[1]).split("|")  # type: ignore[index]
HOSTILE = "a\n::error ::b\x1b[2J\x7f\x9b31m\u202e\u2028\ufffe[red]:smile:%0A"


def shown(*arguments: object) -> str:
    """What a command prints, without its complaints."""
    result = run(*arguments)
    assert result.returncode in (0, 1, 2)
    assert acting(result.stderr.decode()) == []
    return result.stdout.decode()


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
    findings = json.loads(shown("validate", "--format", "json", path))["responses"]
    count = sum(len(each["findings"]) for each in findings)
    for form in FORMATS:
        output = shown("validate", "--format", form, path)
        assert acting(output) == []
        if form == "github":
            assert [line[:2] for line in output.splitlines()] == ["::"] * count
        if form == "junit":
            for parse in (ElementTree.fromstring, etree.fromstring):
                failures = list(parse(output.encode()).iter("failure"))
                assert sum(len(str(each.text).splitlines()) for each in failures) == count
    for form in ("text", "json"):
        assert acting(shown("summary", "--format", form, path)) == []


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
    assert r"a\nb\x9b[red]:smile:" in shown("summary", path)
    assert json.loads(shown("summary", "--format", "json", path))[0]["header"]["Name"] == (
        "a\nb\x9b[red]:smile:"
    )


def test_an_encoding_that_lacks_a_character_gets_an_escape(tmp_path: Path) -> None:
    path = tmp_path / "job.xml"
    path.write_bytes(job(chunk(blob(Name="größe", Length="x"))))
    for form in FORMATS:
        result = run_process("validate", "--format", form, path, PYTHONUTF8="0", PYTHONIOENCODING="ascii")
        assert (result.returncode, result.stderr) == (1, b"")
    assert run_process("summary", path, PYTHONUTF8="0", PYTHONIOENCODING="ascii").returncode == 1


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
