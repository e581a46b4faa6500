"""A text that is never shown."""

from __future__ import annotations

__all__ = ["Credential"]


class Credential:
    """A text that is never shown, such as a key: its str and its repr are asterisks.

    It is not a `str`, so that no format writes it by mistake. Pickling does keep the text.

        target.secret_key.reveal()
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text itself."""
        return self._text

    def __str__(self) -> str:
        return "**********"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return self._text == other._text if isinstance(other, Credential) else NotImplemented

    def __hash__(self) -> int:
        return hash((Credential, self._text))
