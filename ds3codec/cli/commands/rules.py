"""The command `rules`: lists and explains the rules of validation."""

from __future__ import annotations

import click

from ...validation import RULES, Rule
from ...validation.rules import GROUPS, meant
from ..options import complete_rule, format_option, more_help
from ..terminal import EXIT_CLEAN, EXIT_UNREADABLE, Printer, as_data, failed, put

__all__ = ["rules"]


@click.command()
@click.argument("name", required=False, metavar="[RULE|GROUP]", shell_complete=complete_rule)
@format_option
@more_help(
    examples=(
        "ds3codec rules",
        "ds3codec rules version",
        "ds3codec rules blobs-overlap",
    )
)
def rules(name: str | None, form: str) -> int:
    """List the rules of validation, or explain one."""
    if name is not None and name not in RULES and name not in GROUPS:
        failed(f"there is no rule and no group {name!r}{meant(name)}; `ds3codec rules` lists them")
        return EXIT_UNREADABLE
    listed = [rule for rule in RULES.values() if name in (None, rule.name, rule.group)]
    if form == "json":
        put(as_data([_plain_rule(rule) for rule in listed], indent=2))
    elif name in RULES:
        rule = RULES[name]
        put(f"{rule.name} ({rule.severity.value}, {rule.group})\n")
        put(f"{rule.meaning}\nWhy: {rule.reason}\nFor example: {rule.example}")
    else:
        rows = [(rule.name, rule.group, rule.severity.value, rule.meaning) for rule in listed]
        Printer().table(("rule", "group", "severity", "what it finds"), rows)
    return EXIT_CLEAN


def _plain_rule(rule: Rule) -> dict[str, str]:
    return {
        "name": rule.name,
        "group": rule.group,
        "severity": rule.severity.value,
        "meaning": rule.meaning,
        "reason": rule.reason,
        "example": rule.example,
    }
