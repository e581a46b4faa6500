"""A text that does not show."""

from __future__ import annotations

__all__ = ["Credential"]


class Credential:
    """A text that does not show, such as a key: as a text, and in a repr, it is stars.

    It is no `str`, so that no format writes it by mistake. Pickling does keep it.

        target.secret_key.reveal()
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself."""
        return self._text

    def __str__(self) -> str:
        return "**********"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return self._text == other._text if isinstance(other, Credential) else NotImplemented

    def __hash__(self) -> int:
        return hash((Credential, self._text))
