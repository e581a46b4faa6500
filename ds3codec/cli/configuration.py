"""The configuration of `validate`: `[tool.ds3codec]` in pyproject.toml, or ds3codec.toml, found upwards.

Options on the command line take precedence.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import UsageError, quoted_name
from .terminal import told

__all__ = ["Configuration", "find_configuration"]

_OWN, _SHARED = "ds3codec.toml", "pyproject.toml"
_LISTS = ("select", "ignore")
_TEXTS = ("severity", "api-version")


class Configuration(NamedTuple):
    """The path of a configuration and its options by name."""

    path: Path
    options: dict[str, Any]


def find_configuration() -> Configuration | None:
    """Find the nearest configuration in the working folder or a folder above it.

    Returns None if there is none, or if the working folder was deleted.

    Raises:
        UsageError: The configuration cannot be read or has an unknown option.
    """
    try:
        folder = Path.cwd()
    except FileNotFoundError:
        return None
    for parent in (folder, *folder.parents):
        for name in (_OWN, _SHARED):
            path = parent / name
            if os.path.lexists(path) and not os.path.isdir(path):  # noqa: PTH112  (Path.is_dir may raise)
                table = _table(path)
                if table is not None:
                    return Configuration(path, _checked(path, table))
    return None


def _table(path: Path) -> Mapping[str, Any] | None:
    try:
        # Some editors on Windows write a byte order mark, which tomllib refuses.
        data: dict[str, Any] = _tomllib().loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError(told(error, "read")) from error
    except ValueError as error:
        raise UsageError(f"cannot read {quoted_name(str(path))}: {error}") from error
    if path.name == _OWN and "tool" not in data:
        return data
    if path.name == _OWN and len(data) > 1:
        raise UsageError(
            f"of {quoted_name(str(path))} there are options both in and outside of tool.ds3codec"
        )
    tools = data.get("tool", {})
    table = tools.get("ds3codec") if isinstance(tools, dict) else tools
    if table is not None and not isinstance(table, dict):
        raise UsageError(f"tool.ds3codec in {quoted_name(str(path))} must be a table, not {table!r}")
    return table


def _tomllib() -> Any:
    """Import `tomllib`, or before Python 3.11 the package that it comes from."""
    try:
        return importlib.import_module("tomllib")
    except ModuleNotFoundError:
        return importlib.import_module("tomli")


def _checked(path: Path, table: Mapping[str, Any]) -> dict[str, Any]:
    for name, value in table.items():
        is_list = isinstance(value, list) and all(isinstance(one, str) for one in value)
        if name not in (*_LISTS, *_TEXTS):
            known = ", ".join((*_LISTS, *_TEXTS))
            raise UsageError(f"there is no option {name!r} in {quoted_name(str(path))}; there are {known}")
        if not (is_list if name in _LISTS else isinstance(value, str)):
            kind = "a list of texts" if name in _LISTS else "a text"
            raise UsageError(f"{name} in {quoted_name(str(path))} must be {kind}, not {value!r}")
    return dict(table)
