"""Makes stand-ins for words: of the same length, the same for the same word, different for different ones.

A word is a run of letters and digits, or a UUID. Its stand-in has a digit for each digit and a letter of the
same case for each letter, so formats are kept. The stand-in depends on a key; without the key, nobody can
find the word. A Feistel network of three rounds permutes all words of one form, so no two words get the same
stand-in, although nothing is remembered. The second round never leaves a word unchanged. For UUIDs a keyed
hash is enough: two of them are no more likely to get the same stand-in than two random UUIDs are to be equal.
"""

from __future__ import annotations

import re
import struct
from bisect import bisect_left
from collections.abc import Callable, Iterable
from functools import cache, lru_cache, partial
from hashlib import blake2b
from itertools import pairwise
from string import punctuation
from unicodedata import category

__all__ = ["StandIns", "unlike"]

_UUID = "-".join(f"[0-9A-Fa-f]{{{digits}}}" for digits in (8, 4, 4, 4, 12))
_WORD = "[0-9A-Za-z\u0080-\U0010ffff]{1,4096}"  # longer ones are split, so that memory is bounded
_WORDS = re.compile(f"({_WORD})")
_WORDS_AND_UUIDS = re.compile(f"((?<![0-9A-Za-z]){_UUID}(?![0-9A-Za-z])|{_WORD})")
_HYPHENS = 4  # in a UUID
_MARKS = str.maketrans(dict.fromkeys(punctuation, "*"))
_REMEMBERED = 16 * 1024  # words: folder names, chunk ids and the like recur
_LONGEST_REMEMBERED = 64

_STEPS = struct.Struct("<16I")  # the numbers in a digest

_UUID_BYTES = 16
# Hexadecimal letters are separate from the others, so that no other text becomes a UUID.
_ASCII = ("0123456789", "abcdef", "ghijklmnopqrstuvwxyz", "ABCDEF", "GHIJKLMNOPQRSTUVWXYZ")
# Other characters are grouped by their length in UTF-8, and by the lengths of their codes in decimal and
# hexadecimal, so that a reference such as &#228; keeps its length.
_BOUNDS = (0x80, 0x100, 1000, 0x800, 0x1000, 10000, 0x10000, 100000, 1000000, 0x100000, 0x110000)
_RANGES = tuple(range(start, end) for start, end in pairwise(_BOUNDS))
# They are also grouped by their role in XML names (section 2.3), so that the stand-in of a name is a name.
_BEGIN_NAMES = (
    "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_UNSEEN = ("Co", "Cn")
_CONTINUE_NAMES = "\u00b7\u0300-\u036f\u203f\u2040"
_CLASSES = tuple(
    map(re.compile, (f"[{_BEGIN_NAMES}]", f"[{_CONTINUE_NAMES}]", f"[^{_BEGIN_NAMES}{_CONTINUE_NAMES}]"))
)


class StandIns:
    """Makes the stand-ins of words.

    Args:
        key: The secret that the stand-ins depend on.
    """

    def __init__(self, key: bytes) -> None:
        secret = blake2b(key).digest()  # blake2b limits the length of keys
        self._turns = [blake2b(key=secret, salt=b"%d" % turn) for turn in range(3)]
        self._uuids = blake2b(key=secret, salt=b"uuid", digest_size=_UUID_BYTES)
        self._of_word = lru_cache(_REMEMBERED)(self._word)
        self._of_half = [lru_cache(_REMEMBERED)(partial(self._number, turn)) for turn in range(3)]

    def text(self, text: str) -> str:
        """Replace all words in a text; the characters between them stay."""
        return "".join(self._parts(_words_in(text), text))

    def secret(self, text: str) -> str:
        """Replace all words in a text, and punctuation with asterisks."""
        parts = self._parts(_words_in(text), text)
        parts[::2] = [between.translate(_MARKS) for between in parts[::2]]
        return "".join(parts)

    def name(self, name: str) -> str:
        """Make the stand-in of an XML name, which is a name, too."""
        return "".join(self._parts(_WORDS, name))

    def _parts(self, words: re.Pattern[str], text: str) -> list[str]:
        """Split a text into the parts between words and the words' stand-ins, in turn."""
        parts = words.split(text)
        found = parts[1::2]
        stand_ins = {word: self._stand_in(word) for word in {*found}}
        parts[1::2] = map(stand_ins.__getitem__, found)
        return parts

    def _stand_in(self, word: str) -> str:
        if "-" in word:
            return self._uuid(word)
        if len(word) > _LONGEST_REMEMBERED:
            return self._word(word)
        return self._digits(word) if word.isdecimal() and word.isascii() else self._of_word(word)

    def _uuid(self, uuid: str) -> str:
        """Make the stand-in of a UUID in lower or upper case; one in mixed case counts as five words."""
        small = uuid.lower()
        if uuid != small and not uuid.isupper():
            return self.name(uuid)
        hashed = self._uuids.copy()
        hashed.update(small.encode())
        text = hashed.hexdigest()
        stand_in = f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
        return stand_in if uuid == small else stand_in.upper()

    def _digits(self, word: str) -> str:
        """Make the stand-in of a word of digits: each half is shifted within the numbers of its length."""
        first, second, third = self._of_half
        length = len(word)
        middle = (length + 1) // 2
        rest, of_left, of_right = length - middle, 10**middle, 10 ** (length - middle)
        left, right = word[:middle], word[middle:]
        if rest:
            right = str((int(right) + first(left, of_right)) % of_right).zfill(rest)
        left = str((int(left) + 1 + second(right, of_left - 1)) % of_left).zfill(middle)
        return left + str((int(right) + third(left, of_right)) % of_right).zfill(rest) if rest else left

    def _number(self, turn: int, told: str, end: int) -> int:
        """Hash one half of a word with the key, to a number below `end`."""
        hashed = self._turns[turn].copy()
        hashed.update(told.encode())
        return int.from_bytes(hashed.digest(), "big") % end

    def _word(self, word: str) -> str:
        """Make the stand-in of a word: each letter is shifted in its alphabet."""
        letters = list(map(_letter, word))
        middle = (len(word) + 1) // 2
        right = [
            (alphabet, (place + step) % len(alphabet))
            for (alphabet, place), step in zip(letters[middle:], self._steps(0, word[:middle], middle))
        ]
        left = "".join(
            [
                alphabet[(place + 1 + step % (len(alphabet) - 1 or 1)) % len(alphabet)]
                for (alphabet, place), step in zip(letters[:middle], self._steps(1, _read(right), middle))
            ]
        )
        steps = self._steps(2, left, middle)
        return left + _read((alphabet, place + step) for (alphabet, place), step in zip(right, steps))

    def _steps(self, turn: int, told: str, count: int) -> list[int]:
        """Hash one half of a word with the key, to at least `count` numbers."""
        hashed = self._turns[turn].copy()
        hashed.update(told.encode("utf-8", "surrogatepass"))
        steps: list[int] = []
        while len(steps) < count:
            digest = hashed.digest()
            steps += _STEPS.unpack(digest)
            hashed.update(digest)
        return steps


def _words_in(text: str) -> re.Pattern[str]:
    """Choose the pattern of the words in a text: searching for UUIDs, too, takes half as long again."""
    return _WORDS if text.count("-") < _HYPHENS else _WORDS_AND_UUIDS


def _read(letters: Iterable[tuple[str, int]]) -> str:
    return "".join([alphabet[place % len(alphabet)] for alphabet, place in letters])


def unlike(change: Callable[[str], str], text: str, is_taken: Callable[[str], bool]) -> str:
    """Make a stand-in that is not taken for a text that is not taken; different texts get different ones.

    `change` is a permutation, so repeating it comes back to the text in the end.
    """
    stand_in = change(text)
    while is_taken(stand_in):
        stand_in = change(stand_in)
    return stand_in


@lru_cache(_REMEMBERED)
def _letter(character: str) -> tuple[str, int]:
    """Find the alphabet of a character and its place in it."""
    alphabets: Iterable[str] = _ASCII
    if not character.isascii():
        codes = next(found for found in _RANGES if ord(character) in found)
        alphabets = _beyond_ascii(codes, next(one for one in _CLASSES if one.match(character)))
    for alphabet in alphabets:
        place = bisect_left(alphabet, character)
        if alphabet[place : place + 1] == character:
            return alphabet, place
    return character, 0


@cache
def _beyond_ascii(codes: range, class_: re.Pattern[str]) -> tuple[str, str]:
    """List a range's printable characters, and those that are private or not assigned.

    All others, such as spaces and direction marks, carry no meaning and stay.
    """
    found = class_.findall("".join(map(chr, codes)))
    unseen = [one for one in found if category(one) in _UNSEEN and not _is_no_character(ord(one))]
    return "".join(filter(str.isprintable, found)), "".join(unseen)


def _is_no_character(code: int) -> bool:
    """Tell whether a code is one of Unicode's noncharacters, two of which XML forbids."""
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
