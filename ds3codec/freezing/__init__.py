"""Tells PyInstaller what belongs to this package, through its entry point `pyinstaller40`.

Internal: nothing here is for programs.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["hook_folders"]


def hook_folders() -> list[str]:
    """The folders that have hooks."""
    return [str(Path(__file__).parent)]
