"""The public names of the package, each with its signature, as a text: a change of one is a line in a diff.

`python -m tests.public_names` writes it to `data/public-names.txt`, for which all extras have to be there.
"""

from __future__ import annotations

import ast
import enum
import inspect
import re
import textwrap
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Any, get_args

from tests.examples import DATA
from tests.pages import MANUAL

FILE = DATA / "public-names.txt"
STABILITY = MANUAL.read_text(encoding="utf-8").partition("\n## Stability\n")[2].partition("\n\n")[0]
MODULES = re.findall(r"`(ds3codec[a-z.]*)`", STABILITY)
_PLAIN = (bool, int, float, str, tuple, type(None))
_HOMES = re.compile(r"\b(?:ds3codec|typing|collections|types)(?:\.\w+)*\.(?=\w)")


def public_names(module: str) -> list[str]:
    """List what a module publishes, in the order of its names; what is another's is named with its home."""
    lines = []
    for name in sorted(import_module(module).__all__):
        found = getattr(import_module(module), name)
        home = next(other for other in MODULES if name in getattr(_module(other), "__all__", ()))
        lines += [f"{module}.{name} is {home}.{name}"] if home != module else _described(module, name, found)
    return lines


def _module(name: str) -> ModuleType | None:
    """Import a module; None if the package of its extra is missing."""
    try:
        return import_module(name)
    except ModuleNotFoundError:
        return None


def _described(module: str, name: str, found: Any) -> Iterator[str]:
    full = f"{module}.{name}"
    if isinstance(found, type) and issubclass(found, enum.Enum):
        yield f"class {full}({found.__mro__[1].__name__})"
        yield from (f"{full}.{item.name} = {item.value!r}" for item in found)
    elif isinstance(found, type):
        bases = ", ".join(
            base.__name__ for base in found.__bases__ if base is not object and base.__name__[0] != "_"
        )
        yield f"class {full}({bases})" if bases else f"class {full}"
        yield from _members(full, found)
    elif inspect.isroutine(inspect.unwrap(found)):
        yield f"{full}{_signature(found)}"
    elif type(found).__module__ in ("typing", "types"):
        yield f"{full} = {_text(found)}"
    else:
        yield f"{full}: {type(found).__name__}"


def _members(full: str, found: type) -> Iterator[str]:
    fields = getattr(found, "_fields", getattr(found, "__dataclass_fields__", ()))
    hints = {name: hint for one in reversed(found.__mro__) for name, hint in _annotations(one).items()}
    hints |= {
        name: hint for one in found.__mro__ for name, hint in _assigned(one).items() if name not in hints
    }
    attributes = {name for name in (*hints, *fields) if not name.startswith("_")}
    yield from (f"{full}.{name}: {_text(hints.get(name, Any))}" for name in sorted(attributes))
    if not issubclass(found, tuple) and _has_constructor(found):
        yield f"{full}{_signature(found).removesuffix(' -> None')}"
    for name in sorted(dir(found)):
        member: Any = inspect.getattr_static(found, name)
        is_ours = any(name in vars(one) for one in found.__mro__ if one.__module__.startswith("ds3codec"))
        if name.startswith("_") or not is_ours or name in attributes:
            continue
        if isinstance(member, property):
            yield f"{full}.{name}: {_text(_annotations(member.fget)['return'])} (read only)"
        elif inspect.isroutine(member):
            yield f"{full}.{name}{_signature(getattr(member, '__func__', member))}"


def _has_constructor(found: type) -> bool:
    return any("__init__" in vars(one) for one in found.__mro__ if one.__module__.startswith("ds3codec"))


def _assigned(found: type) -> dict[str, str]:
    """Find what the constructor of a class of ours assigns, with its annotation."""
    if not found.__module__.startswith("ds3codec") or not inspect.isfunction(vars(found).get("__init__")):
        return {}
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(found.__init__)))
    except (OSError, TypeError):  # it is composed, as that of a dataclass is
        return {}
    targets = [
        (target, ast.unparse(node.annotation) if isinstance(node, ast.AnnAssign) else "inferred")
        for node in ast.walk(tree)
        if isinstance(node, (ast.Assign, ast.AnnAssign))
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    ]
    return {
        target.attr: hint
        for target, hint in targets
        if isinstance(target, ast.Attribute) and ast.unparse(target.value) == "self"
    }


def _annotations(found: Any) -> dict[str, Any]:
    return dict(inspect.get_annotations(found))


def _signature(found: Any) -> str:
    signature = inspect.signature(found)
    parameters = [
        each.replace(
            annotation=each.empty,
            default=each.default if each.default is each.empty else _Shown(each.default),
            name=each.name,
        )
        for each in signature.parameters.values()
    ]
    text = str(signature.replace(parameters=parameters, return_annotation=signature.empty))
    for each in signature.parameters.values():
        if each.annotation is not each.empty:
            said = f"{each.name}: {_text(each.annotation)}"
            text = re.sub(rf"(?<![\w.=]){each.name}(?=[,)=])", said.replace("\\", r"\\"), text, count=1)
    returned = signature.return_annotation
    return text if returned is signature.empty else f"{text} -> {_text(returned)}"


class _Shown:
    """A default as a signature shows it: itself if it is plain."""

    def __init__(self, default: object) -> None:
        self._text = repr(default) if isinstance(default, _PLAIN) else "..."

    def __repr__(self) -> str:
        return self._text


def _text(annotation: Any) -> str:
    annotation = getattr(annotation, "__forward_arg__", annotation)
    if isinstance(annotation, type) and not get_args(annotation):
        return annotation.__name__
    text = annotation if isinstance(annotation, str) else repr(annotation)
    return _HOMES.sub("", text).replace("NoneType", "None")


def all_public_names() -> str:
    """List what all public modules publish, a section for each."""
    return "".join(f"[{module}]\n" + "\n".join(public_names(module)) + "\n\n" for module in MODULES)


if __name__ == "__main__":
    FILE.write_text(all_public_names(), encoding="utf-8")
