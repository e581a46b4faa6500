"""The command `rules`."""

from __future__ import annotations

import json
import re

from ds3codec.validation import RULES

from ..command import run


def test_the_rules_are_listed_or_one_is_explained() -> None:
    listed = run("rules").stdout.decode()
    assert all(re.search(rf"^{name} ", listed, re.MULTILINE) for name in RULES)
    assert not re.search(r"[ \t]$", listed, re.MULTILINE)
    assert b"Why: Each byte of an object is in one blob." in run("rules", "blobs-overlap").stdout
    assert run("rules", "spelling").returncode == 2


def test_a_group_of_rules_is_listed_alone() -> None:
    listed = run("rules", "version").stdout.decode().splitlines()[1:]
    assert [line.split()[0] for line in listed] == [
        rule.name for rule in RULES.values() if rule.group == "version"
    ]


def test_programs_get_rules_as_json() -> None:
    rules = json.loads(run("rules", "--format", "json").stdout)
    assert [rule["name"] for rule in rules] == list(RULES)
    assert rules[0].keys() == {"name", "group", "severity", "meaning", "reason", "example"}
    [one] = json.loads(run("rules", "blobs-overlap", "--format", "json").stdout)
    assert one["group"] == "consistency"


def test_a_name_that_nearly_is_one_is_guessed() -> None:
    assert b"did you mean consistency?" in run("rules", "consistancy").stderr
    assert b"did you mean blobs-overlap?" in run("validate", "--select", "blobs-overlaps", "x.xml").stderr
    assert b"did you mean" not in run("rules", "spelling").stderr
