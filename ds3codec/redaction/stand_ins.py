"""Stand-ins for words: as long, always the same for the same word, and different for different ones.

A word is a run of letters and digits, or a UUID. Its stand-in has a digit for a digit and a letter of the
same case for a letter, so that what has a form keeps it. Which one it is depends on a key: without it nobody
can tell the word. A Feistel network of three rounds makes a permutation of all words of one form, so nothing
is remembered, and no two words get the same stand-in. The second round never leaves a word as it is.
"""

from __future__ import annotations

import re
import struct
from functools import cache, lru_cache
from hashlib import shake_128

__all__ = ["StandIns"]

_UUID = r"(?<![0-9A-Za-z])(?:{0}{{8}}(?:-{0}{{4}}){{3}}-{0}{{12}})(?![0-9A-Za-z])"
_UUIDS = f"{_UUID.format('[0-9a-f]')}|{_UUID.format('[0-9A-F]')}"
_WORD = re.compile(f"(?P<uuid>{_UUIDS})|[0-9A-Za-z\u0080-\U0010ffff]+")
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
_REMEMBERED = 16 * 1024  # words: names of folders, ids of chunks and the like come again and again

_HALF = 2**64  # of a UUID
# Hexadecimal letters apart from the others, so that what is no UUID does not become one.
_ASCII = ("0123456789", "abcdef", "ghijklmnopqrstuvwxyz", "ABCDEF", "GHIJKLMNOPQRSTUVWXYZ")
# Characters that the encodings of one byte have, and others by their length in UTF-8.
_RANGES = (range(0x80, 0x100), range(0x100, 0x800), range(0x800, 0x10000), range(0x10000, 0x110000))


class StandIns:
    """Gives the stand-ins of words.

    Args:
        key: What decides which they are.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._of_word = lru_cache(_REMEMBERED)(self._word)
        self._of_uuid = lru_cache(_REMEMBERED)(self._uuid)

    def text(self, text: str) -> str:
        """The text with all words replaced; what stands between them stays."""
        return _WORD.sub(self._replaced, text)

    def secret(self, text: str) -> str:
        """The text with all words replaced, and with asterisks for punctuation."""
        return self.text(_PUNCTUATION.sub("*", text))

    def _replaced(self, match: re.Match[str]) -> str:
        word = match[0]
        if match.lastgroup is None:
            return self._of_word(word)
        stand_in = self._of_uuid(word.lower())
        return stand_in.upper() if word.isupper() else stand_in

    def _uuid(self, uuid: str) -> str:
        """The stand-in of a UUID in small letters: a number like any other."""
        left, right = divmod(int(uuid.replace("-", ""), 16), _HALF)
        right = (right + self._number(1, left)) % _HALF
        left = (left + 1 + self._number(2, right) % (_HALF - 1)) % _HALF
        right = (right + self._number(3, left)) % _HALF
        text = f"{left * _HALF + right:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def _number(self, turn: int, told: int) -> int:
        return int.from_bytes(self._digest(turn, told.to_bytes(8, "big"), 8), "big")

    def _word(self, word: str) -> str:
        """The stand-in of a word: each of its letters is moved on in its alphabet."""
        letters = list(map(_letter, word))
        middle = (len(word) + 1) // 2
        left, right = [place for _, place in letters[:middle]], [place for _, place in letters[middle:]]
        sizes = [len(alphabet) for alphabet, _ in letters]
        right = self._moved(1, left, right, sizes[middle:])
        left = self._moved(2, right, left, sizes, least=1)
        right = self._moved(3, left, right, sizes[middle:])
        return "".join([alphabet[place] for (alphabet, _), place in zip(letters, left + right)])

    def _moved(
        self, turn: int, told: list[int], places: list[int], sizes: list[int], least: int = 0
    ) -> list[int]:
        """Half a word, moved on by what the other half says, and each letter by so many places at least."""
        count = len(places)
        digest = self._digest(turn, struct.pack(f"<{len(told)}I", *told), 4 * count)
        steps = struct.unpack(f"<{count}I", digest)
        return [
            (place + least + step % max(1, size - least)) % size
            for place, step, size in zip(places, steps, sizes)
        ]

    def _digest(self, turn: int, told: bytes, size: int) -> bytes:
        return shake_128(b"%d\0%b\0%b" % (turn, self._key, told)).digest(size)


@lru_cache(_REMEMBERED)
def _letter(character: str) -> tuple[str, int]:
    """A character as an alphabet and its place in it."""
    alphabet = next((letters for letters in _ASCII if character in letters), None)
    if alphabet is None:
        alphabet = _beyond_ascii(next(found for found in _RANGES if ord(character) in found))
    # What is never seen, such as a mark of the direction of text, stays.
    return (alphabet, alphabet.index(character)) if character in alphabet else (character, 0)


@cache
def _beyond_ascii(codes: range) -> str:
    """The characters of a range that can be seen; those that the private areas and the future have cannot."""
    return "".join(filter(str.isprintable, map(chr, codes)))
