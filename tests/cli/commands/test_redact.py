"""The command `redact`, from outside."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from tests.captures.examples import entry, har, with_length

from ..command import WRONG, run


def findings(path: Path) -> object:
    return [
        [(one["rule"], one["path"], one["line"], one["column"]) for one in response["findings"]]
        for response in json.loads(run("validate", path, "--format", "json").stdout)["responses"]
    ]


def test_a_copy_has_the_same_findings(tmp_path: Path) -> None:
    for name, capture in (
        ("body.xml", WRONG),
        ("dump.http", with_length(WRONG)),
        ("session.har", har(entry("/_rest_/job/1", WRONG.decode()))),
    ):
        (tmp_path / name).write_bytes(capture)
        done = run("redact", tmp_path / name, "-o", tmp_path / f"copy-{name}")
        assert (done.returncode, done.stderr) == (0, b"")
        assert findings(tmp_path / f"copy-{name}") == findings(tmp_path / name) != [[]]
        assert "größe" not in (tmp_path / f"copy-{name}").read_text()


def test_pipes_and_compressed_files_pass_through_it(tmp_path: Path) -> None:
    path = tmp_path / "wrong.xml.gz"
    path.write_bytes(gzip.compress(WRONG))
    piped = run("redact", "-", "-o", "-", "--key", "key", stdin=WRONG)
    assert piped.returncode == 0
    assert run("redact", path, "-o", "-", "--key", "key").stdout == piped.stdout
    assert run("redact", path, "-o", tmp_path / "copy.xml.gz", "--key", "key").returncode == 0
    assert gzip.decompress((tmp_path / "copy.xml.gz").read_bytes()) == piped.stdout


def test_what_is_refused_is_one_line_and_no_byte(tmp_path: Path) -> None:
    path = tmp_path / "truncated.xml"
    path.write_bytes(WRONG[:-5])
    for output in ("-", tmp_path / "copy.xml"):
        done = run("redact", path, "-o", output)
        assert (done.returncode, done.stdout) == (2, b"")
        assert done.stderr.startswith(f"ds3codec: {path}: error: ".encode())
        assert done.stderr.count(b"\n") == 1
    assert not (tmp_path / "copy.xml").exists()
    missing = run("redact", tmp_path / "missing.xml", "-o", "-")
    assert (missing.returncode, missing.stdout) == (2, b"")
    full = run("redact", "-", "-o", "/dev/full", stdin=WRONG)
    assert (full.returncode, full.stderr.count(b"\n")) == (2, 1)


def test_it_says_what_lost_its_body(tmp_path: Path) -> None:
    done = run(
        "redact",
        "-",
        "-o",
        tmp_path / "copy.har",
        stdin=har(entry("/other", "{}"), entry("/x", WRONG.decode())),
    )
    assert done.stderr == b"ds3codec: 1 other exchange without a body now\n"
