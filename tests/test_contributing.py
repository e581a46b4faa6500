"""What the page for contributors says of the package; each change that it tells of is made to a copy."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.pages import ROOT, blocks
from tests.test_one_source import run

PAGE = (ROOT / ".github" / "CONTRIBUTING.md").read_text(encoding="utf-8")
[RULE] = [code for language, code in blocks(PAGE) if language == "python"]


def rows(heading: str) -> list[list[str]]:
    """Read the table below a heading, without its head."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| ")][2:]


def paths(cell: str) -> list[str]:
    """Find the paths in a cell; one that follows another is in the same folder."""
    found: list[str] = []
    for name in re.findall(r"`([\w./]*[./][\w./]*)`", cell):
        found.append(name if "/" in name.rstrip("/") or not found else f"{Path(found[0]).parent}/{name}")
    return found


def test_the_table_of_parts_names_every_module_of_the_top() -> None:
    named = {path.rstrip("/") for part, _ in rows("Where things are") for path in paths(part)}
    beside = [path for path in (ROOT / "ds3codec").iterdir() if path.suffix == ".py"]
    packages = [path.parent for path in (ROOT / "ds3codec").glob("*/__init__.py")]
    assert {f"ds3codec/{path.name}" for path in (*beside, *packages)} - named == {"ds3codec/__init__.py"}
    assert {name for name in named if name.startswith("ds3codec/") and not (ROOT / name).exists()} == set()


class Change(NamedTuple):
    """A change to the package.

    Attributes:
        files: The new files; in the others what is put before some text.
        check: A program that uses what is new, in the folder of the copy.
        then: A script of the project that is run before.
    """

    files: dict[str, str | dict[str, str]]
    check: str
    then: str = ""


VERSION = """      <xs:attribute name="Checksum" type="xs:string">
        <xs:annotation>
          <xs:appinfo><ds3:contract first="6.1" absence="omitted when null"/></xs:appinfo>
          <xs:documentation>Came with a new version.</xs:documentation>
        </xs:annotation>
      </xs:attribute>
"""

COMMAND = '''
"""The command `count`."""

import click

from ... import iter_blobs
from ..terminal import put


@click.command()
@click.argument("path")
def count(path: str) -> int:
    """Count the blobs of a response."""
    put(str(sum(1 for _ in iter_blobs(path))))
    return 0
'''

FORMAT = """
def brief(results: Found, style: Style) -> Iterator[str]:
    for result in results:
        yield f"brief: {len(result.report.findings)}"


"""

OPERATION = """    Operation(
        "Touch Job", "PUT", "/_rest_/job/{job}", (("touch", None),), answer=_OF_JOB, lists="outstanding"
    ),
"""

RECORDER = """def _of_own(stream: Stream) -> Iterator[bytes]:
    stream.read(len(b"recorded: "))
    yield from stream


"""

# What a check begins with: a response, and the command line in this process.
COMMON = """
import contextlib, io, pathlib, sys
import ds3codec
from ds3codec.cli import main
from tests.examples import blob, chunk, job

assert ds3codec.__file__.startswith(sys.path[1]), (ds3codec.__file__, sys.path)
document = job(chunk(blob(Length="5"), blob(Name="b", Length="0")))
pathlib.Path("r.xml").write_bytes(document)

def printed(*arguments):
    output = io.TextIOWrapper(io.BytesIO())
    sys.argv = ["ds3codec", *arguments]
    with contextlib.redirect_stdout(output), contextlib.suppress(SystemExit):
        main()
    output.flush()
    return output.buffer.getvalue().decode()

"""

CHANGES = {
    "version of the API": Change(
        {"schemas/MasterObjectList.xsd": {'      <xs:attribute name="BucketName"': VERSION}},
        """
from ds3codec.testing.documents import LATEST
from ds3codec.validation import known_versions
assert known_versions()[-1] == LATEST == "6.1"
newer = job(chunk(blob()), Checksum="x")
assert ds3codec.decode(newer).checksum == "x"
assert "not-in-version" not in ds3codec.validate(newer, api_version="6.1").counts
assert "not-in-version" in ds3codec.validate(newer, api_version="6.0").counts
assert "6.1" in printed("validate", "--help")
""",
        then="schemas/generator/generate.py",
    ),
    "rule": Change(
        {
            "ds3codec/validation/checks/NAME.py": RULE,
            "ds3codec/validation/checks/__init__.py": {
                '__all__ = ["CHECKS"]': "from .own import EmptyObjects\n\n",
                "    BlobsTogether,\n)": "    EmptyObjects,\n",
            },
        },
        """
assert ds3codec.validate(document).counts["empty-object"] == 1
assert "empty-object" in printed("rules")
noted = "validate", "r.xml", "--severity", "note"
assert "the object is empty" in printed(*noted)
assert "the object is empty" not in printed(*noted, "--ignore", "empty-object")
""",
    ),
    "report format": Change(
        {
            "ds3codec/cli/reports.py": {
                "FORMATS: dict": FORMAT,
                '    "sarif": sarif,': '    "brief": brief,\n',
            }
        },
        """
assert printed("validate", "--format", "brief", "r.xml").startswith("brief: ")
assert "brief" in printed("validate", "--help")
""",
    ),
    "command": Change(
        {
            "ds3codec/cli/commands/NAME.py": COMMAND,
            "ds3codec/cli/commands/__init__.py": {
                '    "diff": ': '    "count": "Count the blobs of a response.",\n'
            },
        },
        """
assert printed("count", "r.xml") == "2\\n"
assert "Count the blobs of a response." in printed("--help")
""",
    ),
    "operation": Change(
        {
            "ds3codec/operations.py": {'    Operation(\n        "Create Bulk GET",': OPERATION},
            "ds3codec/testing/appliance/answers.py": {
                '    "Get Job": Responder': '    "Touch Job": Responder._get_job,\n'
            },
        },
        """
import urllib.request
from ds3codec.operations import operation_for, request_for
from ds3codec.testing.appliance import Appliance
with Appliance() as appliance:
    asked = request_for("Touch Job", job=appliance.add_large_job(3))
    assert operation_for(asked.method, asked.target).name == "Touch Job"
    request = urllib.request.Request(appliance.url + asked.target, method=asked.method)
    assert ds3codec.decode(urllib.request.urlopen(request).read()).chunks
assert "Touch Job" in printed("operations")
""",
    ),
    "recorder": Change(
        {
            "ds3codec/captures/transcripts.py": {
                "RECORDERS = (": RECORDER,
                "    Recorder(_is_curl, _of_curl),": (
                    '    Recorder(lambda start: start.startswith(b"recorded: "), _of_own),\n'
                ),
            }
        },
        """
from ds3codec.captures import responses
recorded = b"recorded: HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n%b" % (len(document), document)
assert [b"".join(response.body) for response in responses(recorded)] == [document]
""",
    ),
}

# Attributes are added in test_one_source.
ELSEWHERE = {"attribute, element or value", "compression", "table format"}


def test_the_page_tells_of_no_other_change() -> None:
    assert {cells[0] for cells in rows("Where to make a change")} == {*CHANGES, *ELSEWHERE}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_takes_the_files_that_the_page_names(name: str, tmp_path: Path) -> None:
    change = CHANGES[name]
    for package in ("click", "rich", "h11", *(("jinja2", "ruff") if change.then else ())):
        pytest.importorskip(package)
    [cell] = [cells[1] for cells in rows("Where to make a change") if cells[0] == name]
    assert {path for path in paths(cell) if not path.endswith("generate.py")} == {*change.files}
    files = {
        path.replace("NAME", "count" if name == "command" else "own"): new
        for path, new in change.files.items()
    }
    make(tmp_path, files)
    if change.then:
        run(tmp_path, change.then)
    assert run(tmp_path, "-c", f"{COMMON}{change.check}\nprint('passed')").endswith("passed\n")


def make(folder: Path, files: dict[str, str | dict[str, str]]) -> None:
    """Copy the package into a folder, and change these files there."""
    for name in ("schemas", "ds3codec", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "ds3codec" / "schemas").symlink_to(folder / "schemas")
    for path, new in files.items():
        if isinstance(new, str):
            (folder / path).write_text(new, encoding="utf-8")
            continue
        text = (folder / path).read_text(encoding="utf-8")
        for place, put in new.items():
            assert text.count(place) == 1, (path, place)
            text = text.replace(place, put + place)
        (folder / path).write_text(text, encoding="utf-8")


def test_scripts_name_only_tests_that_are_there() -> None:
    scripts = [path for folder in (".ci", ".github/workflows") for path in (ROOT / folder).iterdir()]
    named = {name for path in scripts for name in re.findall(r"\btests/[\w./-]+\w", path.read_text("utf-8"))}
    assert {name for name in named if not (ROOT / name).exists()} == set()
