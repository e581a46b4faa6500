"""The commands that look things up."""

from __future__ import annotations

import re
from pathlib import Path

from lxml import etree

from ds3codec.operations import OPERATIONS
from ds3codec.validation import RULES
from tests.examples import SAMPLE

from .command import run


def test_rules_operations_and_schema_are_printed(tmp_path: Path) -> None:
    listed = run("rules").stdout.decode()
    assert all(re.search(rf"^ *{name} ", listed, re.MULTILINE) for name in RULES)
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


def test_help_has_examples_and_completion_knows_the_rules() -> None:
    for command in ([], ["validate"], ["summary"], ["rules"], ["schema"], ["operations"]):
        help_text = run(*command, "--help").stdout.decode()
        assert "Examples:" in help_text
        assert "ds3codec " in help_text
    assert run("--version").stdout.startswith(b"ds3codec, version ")
    completed = run(_DS3CODEC_COMPLETE="bash_complete", COMP_WORDS="ds3codec rules blobs-o", COMP_CWORD="2")
    assert completed.stdout.strip() == b"plain,blobs-overlap"
