"""Generates README.md from the XSDs, to describe the format to people.

The tree of elements comes first, then a table for every type, then the enumerations.
"""

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

XS = "{http://www.w3.org/2001/XMLSchema}"
CONTRACT = "{urn:ds3codec:contract}contract"

INTRODUCTION = """\
<!-- Generated from the XSDs by generate.py: change those, not this page. -->

# MasterObjectList

The DS3 API responds to job requests with this document. The XSDs in this folder describe it. Begin with
`MasterObjectList.xsd`, which includes the others. They are XSD 1.0, without a namespace.

*Versions* are API versions, from the first that has a member to the last. If no last version is given, the
newest known version still has the member. Every version from 3.0 on writes a *required* member. If some
versions omit a member that is null and others write it, each range of versions has its own line.

`python schemas/generator/generate.py` regenerates this page and the models. An installed package has the XSDs
as data files in `ds3codec.schemas`. Only the generator reads `Boolean.generator.xsd` in place of
`Boolean.xsd`, and `Nullable.generator.xsd` in place of `Nullable.xsd`, because the models have no unions.

Inside `PhysicalPlacement`, a member that is null is an empty element. A *credential* must not be shown.
"""


def describe(folder: Path) -> str:
    """Write the text of README.md for the XSDs in `folder`."""
    files = [path for path in sorted(folder.glob("*.xsd")) if ".generator" not in path.suffixes]
    schemas = [etree.parse(path).getroot() for path in files]
    named = {
        item.get("name"): item
        for schema in schemas
        for item in schema
        if item.get("name") and item.tag != f"{XS}include"
    }
    owners = {name: item for name, item in named.items() if item.tag != f"{XS}simpleType"}
    values = {name: item for name, item in named.items() if name not in owners}
    return "\n".join(
        [
            INTRODUCTION,
            "## The tree\n",
            "```",
            *_tree(named["MasterObjectList"], named, ""),
            "",
            *_tree(named["Error"], named, ""),
            "```\n",
            "`Objects` is also a document of its own: the response to Get Job Chunk.\n",
            *(line for name in sorted(owners) for line in _members(name, owners[name])),
            *(line for name in sorted(values) for line in _values(name, values[name])),
        ]
    )


def _tree(element: etree._Element, named: dict[str, etree._Element], indent: str) -> Iterator[str]:
    repeated = " ..." if element.get("maxOccurs") == "unbounded" else ""
    yield f"{indent}{element.get('name') or element.get('ref')}{repeated}"
    owner = named.get(element.get("ref") or element.get("type"), element)
    for child in owner.iterfind(f".//{XS}element"):
        if next(child.iterancestors(f"{XS}element", f"{XS}complexType"), owner) is _content(owner):
            yield from _tree(child, named, indent + "  ")


def _content(owner: etree._Element) -> etree._Element:
    """Return the complex type with an owner's members: the owner, or the type inside an element."""
    inner = owner.find(f"{XS}complexType")
    return owner if inner is None else inner


def _members(name: str, owner: etree._Element) -> Iterator[str]:
    form = "element" if owner.tag == f"{XS}element" else "type"
    yield f"## `{name}` ({form}, {_versions(owner)})\n"
    yield _documentation(owner) + "\n"
    yield "| member | form | type | required | versions | meaning |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for member in owner.iter(f"{XS}element", f"{XS}attribute"):
        if member is owner:
            continue
        kind = member.tag.removeprefix(XS)
        required = member.get("use") == "required" or (
            kind == "element" and member.get("minOccurs", "1") != "0"
        )
        yield (
            f"| `{member.get('name') or member.get('ref')}` | {kind} | {_type(member)}"
            f" | {'yes' if required else ''} | {_versions(member)} | {_documentation(member)} |"
        )
    yield ""


def _values(name: str, simple: etree._Element) -> Iterator[str]:
    yield f"## `{name}` (values, {_versions(simple)})\n"
    yield _documentation(simple) + "\n"
    enumeration = simple.findall(f"{XS}restriction/{XS}enumeration")
    if enumeration:
        yield "| value | versions | meaning |"
        yield "| --- | --- | --- |"
        for value in enumeration:
            yield f"| `{value.get('value')}` | {_versions(value)} | {_documentation(value)} |"
        yield ""


def _type(member: etree._Element) -> str:
    name = member.get("type") or member.get("ref")
    return f"`{name.removeprefix('xs:')}`" if name else "elements"


def _documentation(item: etree._Element) -> str:
    return item.findtext(f"{XS}annotation/{XS}documentation").strip().replace("|", "\\|")


def _versions(item: etree._Element) -> str:
    return "<br>".join(map(_version, item.findall(f"{XS}annotation/{XS}appinfo/{CONTRACT}")))


def _version(contract: etree._Element) -> str:
    first, last = contract.get("first"), contract.get("last")
    span = f"{first} to {last}" if last else f"from {first}"
    credential = "credential" if contract.get("credential") == "true" else None
    return ", ".join(filter(None, [span, contract.get("absence"), credential]))
