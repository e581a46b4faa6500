"""The pages whose examples are run: the README, and the manual."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).parent.parent
README, MANUAL = ROOT / "README.md", ROOT / "ds3codec" / "README.md"
PAGES = (README, MANUAL)


def blocks(text: str) -> list[tuple[str, str]]:
    """Find the blocks of code in a page: their languages, and what is in them."""
    return re.findall(r"^```(\w+)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def examples(found: list[tuple[str, str]]) -> list[tuple[str, str | None]]:
    """Find the examples in Python, each with the output that the page shows, if it shows any."""
    return [
        (code, following if kind == "text" else None)
        for (language, code), (kind, following) in pairwise([*found, ("", "")])
        if language == "python"
    ]


def commands(session: str) -> list[tuple[str, str]]:
    """Split a session in a terminal into its commands, each with its output."""
    return re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", session, re.MULTILINE)


BLOCKS = [block for page in PAGES for block in blocks(page.read_text(encoding="utf-8"))]
EXAMPLES = examples(BLOCKS)
SESSIONS = [text for language, text in BLOCKS if language == "console"]
COMMANDS = [code for language, code in BLOCKS if language == "sh"]

_CLIENTS = MANUAL.read_text(encoding="utf-8").partition("\n## Clients\n")[2].partition("\n## ")[0]
RECIPES = [code for language, code in blocks(_CLIENTS) if language == "python"]
