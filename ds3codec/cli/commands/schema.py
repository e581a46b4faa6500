"""The command `schema`: prints the XSD of responses or the JSON Schema of `validate` reports."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from lxml import etree

from ...validation import RULES, Severity
from ...validation.rules import GROUPS
from ...wire.contracts import MAIN, whole_schema
from ..options import more_help
from ..terminal import EXIT_CLEAN, EXIT_UNREADABLE, as_data, failed, put, told

if TYPE_CHECKING:
    from importlib.abc import Traversable

__all__ = ["schema"]

_REPORT = "report.schema.json"


@click.command()
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write the schema's files into this folder.",
)
@click.option(
    "--of",
    type=click.Choice(["response", "report"]),
    default="response",
    help="The XSD of responses, or the JSON Schema of the JSON reports of validate.",
)
@more_help(
    "The XSD is printed as a single document; --output writes the separate files that it consists of.",
    examples=(
        "ds3codec schema > response.xsd && xmllint --noout --schema response.xsd response.xml",
        "ds3codec schema --output xsd/",
        "ds3codec schema --of report > report.schema.json",
    ),
)
def schema(output: Path | None, of: str) -> int:
    """Print the schema of responses or of reports."""
    if output is None:
        put(_of_reports() if of == "report" else _in_one_piece())
        return EXIT_CLEAN
    if of == "report":
        parts, done = {_REPORT: f"{_of_reports()}\n".encode()}, f"{_REPORT} in {output}"
    else:
        parts = {item.name: item.read_bytes() for item in _schemas()}
        done = f"{len(parts)} files in {output}; {MAIN} includes the others"
    try:
        output.mkdir(parents=True, exist_ok=True)
        for name, data in parts.items():
            (output / name).write_bytes(data)
    except OSError as error:
        failed(told(error, "write to"))
        return EXIT_UNREADABLE
    put(done)
    return EXIT_CLEAN


def _of_reports() -> str:
    """Return the JSON Schema of reports as text."""
    return as_data(_report_schema(), indent=2)


def _schemas() -> list[Traversable]:
    return [
        item
        for item in files("ds3codec.schemas").iterdir()
        if item.name.endswith(".xsd") and ".generator." not in item.name
    ]


def _in_one_piece() -> str:
    """Return the main XSD with its includes merged in."""
    root = whole_schema()
    etree.indent(root)
    return etree.tostring(root, encoding="unicode")


def _report_schema() -> dict[str, Any]:
    """Build the JSON Schema of `validate --format json`; a line of `jsonl` is one of its responses."""
    count = {"type": "integer", "minimum": 0}
    text, number = {"type": "string"}, {"type": ["integer", "null"]}
    maybe = {"type": ["string", "null"]}
    finding = _object(
        rule={"enum": list(RULES)},
        severity={"enum": [one.value for one in Severity]},
        message=text,
        path=maybe,
        line=number,
        column=number,
        chunk=number,
        object=number,
        chunk_number=number,
        object_name=maybe,
    )
    response = _object(
        file=text,
        origin=text,
        ok={"type": "boolean"},
        complete={"type": "boolean"},
        recorded={"type": "boolean"},
        unfinished=maybe,
        operation=maybe,
        job_id=maybe,
        api_versions={"type": "array", "items": text},
        before_3_0={"type": "boolean"},
        chunks=count,
        blobs=count,
        bytes_read=count,
        not_checked={"type": "object", "propertyNames": {"enum": list(GROUPS)}, "additionalProperties": text},
        counts={"type": "object", "propertyNames": {"enum": list(RULES)}, "additionalProperties": count},
        findings={"type": "array", "items": {"$ref": "#/$defs/finding"}},
    )
    whole = _object(
        responses={"type": "array", "items": {"$ref": "#/$defs/response"}},
        unreadable={"type": "array", "items": {"$ref": "#/$defs/unreadable"}},
        passed_over={"type": "array", "items": {"$ref": "#/$defs/passed_over"}},
        order=maybe,
        totals=_object(**{one.value: count for one in Severity}),
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What ds3codec validate finds",
        **whole,
        "$defs": {
            "response": response,
            "finding": finding,
            "unreadable": _object(file=text, unreadable=text),
            "passed_over": _object(
                name=text, passed_over=text, kind={"enum": ["file", "response", "redirect"]}, count=count
            ),
        },
    }


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
