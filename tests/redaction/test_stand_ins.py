"""Stand-ins: as long, of the same form, always the same, never the word itself, and no two alike."""

from __future__ import annotations

import re
from itertools import product
from string import ascii_lowercase, digits

from hypothesis import given
from hypothesis import strategies as st

from ds3codec.redaction.stand_ins import StandIns

STAND_INS = StandIns(b"key")
PLAIN = st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp", "Cf", "Cn", "Co", "M"])
WORDS = st.text(PLAIN.filter(str.isalnum), min_size=1, max_size=40)


def form(text: str) -> str:
    """What a text has of each kind of character, in its order."""
    for pattern, letter in (("[0-9]", "0"), ("[a-z]", "a"), ("[A-Z]", "A")):
        text = re.sub(pattern, letter, text)
    return re.sub("[\u0080-\U0010ffff]", lambda found: str(len(found[0].encode())), text)


@given(WORDS)
def test_a_stand_in_has_the_form_of_the_word_and_is_another_one(word: str) -> None:
    stand_in = STAND_INS.text(word)
    assert form(stand_in) == form(word)
    assert len(stand_in.encode()) == len(word.encode())
    assert stand_in != word
    assert stand_in == StandIns(b"key").text(word)


@given(st.text(max_size=60))
def test_what_stands_between_words_stays(text: str) -> None:
    assert form(STAND_INS.text(text)) == form(text)


def test_no_two_words_have_one_stand_in() -> None:
    for alphabet, length in ((digits, 1), (digits, 4), (ascii_lowercase, 1), (ascii_lowercase + "7", 3)):
        words = list(map("".join, product(alphabet, repeat=length)))
        assert len({STAND_INS.text(word) for word in words}) == len(words)


@given(st.uuids())
def test_a_uuid_stays_one_also_in_capital_letters(uuid: object) -> None:
    stand_in = STAND_INS.text(f"<{uuid}>")
    assert re.fullmatch("<[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}>", stand_in)
    assert STAND_INS.text(str(uuid).upper()) == stand_in[1:-1].upper()


def test_the_letters_of_a_uuid_tell_nothing_of_where_its_digits_were() -> None:
    uuid = "00000000-0000-0000-0000-000000000000"
    assert re.search("[a-f]", STAND_INS.text(uuid))
    assert not re.search("[a-f]", STAND_INS.text(uuid[1:]))


def test_what_is_no_uuid_does_not_become_one() -> None:
    for key in range(200):
        wrong = StandIns(b"%d" % key).text("78dba377-a02a-4c15-b2a1-41251434g2f17"[:36])
        assert re.search("[g-z]", wrong)


def test_another_key_gives_other_stand_ins() -> None:
    assert len({StandIns(b"%d" % key).text("archive/video.mov") for key in range(100)}) == 100


def test_a_word_has_its_stand_in_wherever_it_is() -> None:
    folder, _, file = STAND_INS.text("archive/video.mov").partition("/")
    assert STAND_INS.text("video") == file.partition(".")[0]
    assert STAND_INS.text("see archive!") == f"{STAND_INS.text('see')} {folder}!"


def test_of_a_secret_no_punctuation_stays() -> None:
    assert re.fullmatch(r"[a-z]{2}\*[a-z]\*[a-z0-9 ]*\*", STAND_INS.secret("pa$s/word 1="))
