"""Documents with runs, and what can go wrong in them. All is drawn from one `random.Random`."""

from __future__ import annotations

from random import Random

from ds3codec import limits
from tests.examples import CHUNK, PLACEMENT, blob, element, job

LONG = "a name that is long enough for a few objects to be a run " * 4
TAPES = "<PhysicalPlacement><Tapes/></PhysicalPlacement>"
OBJECT = blob(Name="inserted")

# What is inserted between two objects.
BETWEEN = [
    "\n  ", "\t\r\n", "text", "&amp;", "&unknown;", "]]>", "<!-- comment -->", "<!-- -- -->", "<?skip it?>",
    "<?xml version='1.0'?>", f"<![CDATA[{OBJECT}]]>", f"<!--{OBJECT}-->", "<Stranger/>",
    f"<Stranger>{OBJECT}</Stranger>", "</Object>", "</Objects>", "</MasterObjectList>", "<", ">", "\x00",
    "\x01", OBJECT, OBJECT[:-2] + "></Object>", OBJECT[:-2] + "> </Object>", OBJECT[:-2] + "></Objects>",
    OBJECT[:-2] + f">{TAPES}</Object>", OBJECT.replace('"', "'"), OBJECT.replace(" ", "\n"),
    "<!-- <Object Length='1' -->", "<?skip <Object/>?>", "<!-x>", "<![CDATA[", "<a b='<c/>'/>",
    "<Obj\x01ect/>", '<a b=">"/>', "<a b='/>'/>", "&", "&amp", "<a>&</a>", "&#x", "<p:Object/>", "<:Object/>",
    "<Object/>", "<Node/>", "<Nodes/>", "<Objects/>", "<!DOCTYPE a>",
]  # fmt: skip
# What is inserted into a value.
IN_VALUE = [
    "&amp;", "&#10;", "&#x1F4FC;", "&#xD800;", "&#0;", "&#xFFFE;", "&unknown;", "&", "&#", "&#x110000;", "<",
    ">", "/>", "'", '"', "\t", "\n", "\r\n", "\x00", "\x0b", "\x7f", "\x85", "\u2028", "\ufffe", "\uffff",
    "\ufeff", "]]>", "<!--",
]  # fmt: skip
# What a number, a boolean or another value is replaced by.
VALUES = [
    "", " ", "1_000", "\u0663", "+ 5", "+5", "-0", " 7 ", "007", "9223372036854775807", "9223372036854775808",
    "-9223372036854775808", "1.0", "1e3", "TRUE", "True", "0", "1", "yes", "NEW_VALUE",
    "2026-01-01T24:00:00Z",
]  # fmt: skip
# What is inserted among the attributes of a tag.
ATTRIBUTES = [
    ' xmlns=""', ' xmlns="urn:other"', ' xmlns:p="urn:other"', ' xmlns:p="urn:other" p:Name="n"',
    ' xmlns:xml="urn:other"', ' xmlns:xmlns="urn:other"', ' xmlns:p=""', ' p:Name="n"', ' :a="1"',
    ' xml:space="preserve"', ' Length="1"', ' StorageClass="new"', ' Name', ' Name=', " Name='x'", "  ", "\n",
    "/", "\x00", "\x01", " \x01", " <", ">", " a='>'", ' a="/>"', " a='\x01'", " a='&b'",
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"',
]  # fmt: skip
BYTES = [
    b"\xed\xa0\x80",
    b"\xc0\xaf",
    b"\xff",
    b"\xfe",
    b"\xe2\x82",
    b"\xf4\x90\x80\x80",
    b"\x00",
    b'"',
    b"<",
]
HEADS = [
    "", "", "", "\ufeff", "\n", "<!-- a -->", '<?xml version="1.0" encoding="UTF-8"?>',
    '<?xml version="1.0" encoding="iso-8859-1"?>', '<?xml version="1.0" encoding="us-ascii"?>',
    '<?xml version="1.0" encoding="utf-16"?>', '<?xml version="1.1"?>',
    '<?xml version="1.0" encoding="none"?>',
    "<!DOCTYPE MasterObjectList>",
]  # fmt: skip
ENCODINGS = ["utf-8"] * 20 + ["utf-16", "utf-16-le", "utf-16-be", "iso-8859-1", "utf-32"]
TAILS = ["", "", "", "\n", "<!-- end -->", "garbage", "<a/>", "\x00", "&#10;"]


def document(random: Random) -> bytes:
    """A document, broken in a few places or in none."""
    chunks = [
        element("Objects", CHUNK | {"ChunkNumber": str(number)}, *objects)
        for number, objects in enumerate(_chunks(random))
    ]
    text = random.choice(HEADS) + job(*chunks).decode() + random.choice(TAILS)
    for _ in range(random.choice([0, 1, 1, 1, 2, 3])):
        text = _mutated(random, text)
    data = text.encode(random.choice(ENCODINGS), errors="replace")
    if random.random() < 0.15:
        place = random.randrange(len(data) + 1)
        data = data[:place] + random.choice(BYTES) + data[place:]
    if random.random() < 0.1:
        data = data[: random.randrange(len(data) + 1)]
    return data


def pieces(random: Random, data: bytes) -> list[bytes]:
    """The document cut anywhere: into single bytes, a few pieces, or 64 KiB."""
    size = random.choice([1, 7, 100, 2000, 4000, 16000, 65536])
    cut = [data[start : start + size] for start in range(0, len(data), size)]
    if random.random() < 0.5:
        place = random.randrange(len(data) + 1)
        cut = [data[:place], data[place:]]
    return cut


def shortest_run(random: Random) -> int:
    """Bytes from which on objects may be a run: as usual, or so few that small documents have runs, too."""
    return random.choice([limits.SHORTEST_RUN, 1, 300])


def _chunks(random: Random) -> list[list[str]]:
    """The objects of each chunk: a few chunks of many, or many of a few."""
    if random.random() < 0.5:
        return [_objects(random, random.choice([0, 1, 3, 30, 60])) for _ in range(random.randint(1, 3))]
    return [_objects(random, random.choice([1, 1, 1, 2, 0])) for _ in range(random.randint(1, 30))]


def _objects(random: Random, count: int) -> list[str]:
    members = {"InCache": "true"} if random.random() < 0.5 else {}
    name = random.choice([LONG, LONG, LONG, "a>b/>", "short"])
    objects = [blob(Name=f"{name}{number}", Offset=str(number), **members) for number in range(count)]
    if random.random() < 0.2:  # objects that look otherwise from somewhere on
        change = random.choice(
            [('"', "'"), (" Offset", "\n Offset"), ("/>", "></Object>"), ("/>", ' New=""/>')]
        )
        objects[count // 2 :] = [text.replace(*change) for text in objects[count // 2 :]]
    between = random.choice(["", "", "\n    "])
    children = random.choice(["", "", "", TAPES, PLACEMENT])
    if children:
        placed = random.choice([1, 1, 0.5])
        objects = [
            f"{text[:-2]}>{between}{children}</Object>" if random.random() < placed else text
            for text in objects
        ]
    return [between + text for text in objects]


def _mutated(random: Random, text: str) -> str:
    if random.random() < 0.3:
        return _mutated_anywhere(random, text)
    tags = [place for place in range(len(text)) if text.startswith("<Object ", place)]
    place = random.choice(tags) if tags else random.randrange(len(text) + 1)
    end = text.find("/>", place)
    tag = text[place : end + 2]
    if end < 0 or random.random() < 0.35:
        return text[:place] + random.choice(BETWEEN) + text[place:]
    return text[:place] + _mutated_tag(random, tag) + text[end + 2 :]


def _mutated_anywhere(random: Random, text: str) -> str:
    """A text with something inserted before or after a tag of any kind, or lost there, or in its value."""
    places = [place for place, character in enumerate(text) if character in "<>"]
    if not places:
        return text
    place = random.choice(places)
    kind = random.randrange(4)
    if kind == 0:
        return text[:place] + random.choice(BETWEEN) + text[place:]
    if kind == 1:
        return text[: place + 1] + random.choice([*IN_VALUE, *VALUES]) + text[place + 1 :]
    if kind == 2:  # with the text after it up to the next tag
        following = text.find(text[place], place + 1)
        return text[:place] + text[following:] if following >= 0 else text
    return text[:place] + random.choice(ATTRIBUTES) + text[place:]


def _mutated_tag(random: Random, tag: str) -> str:
    quotes = [place for place, character in enumerate(tag) if character == '"']
    spaces = [place for place, character in enumerate(tag) if character == " "]
    kind = random.randrange(6)
    if kind == 0 or len(quotes) < 2 or not spaces:
        place = random.choice(spaces) if spaces else len(tag)
        return tag[:place] + random.choice(ATTRIBUTES) + tag[place:]
    value = random.randrange(len(quotes) // 2) * 2
    begin, end = quotes[value] + 1, quotes[value + 1]
    if kind == 1:
        return tag[:begin] + random.choice(VALUES) + tag[end:]
    if kind == 2:
        return tag[:begin] + random.choice(IN_VALUE) + tag[begin:]
    if kind == 3:  # a lost quote
        return tag[: quotes[value]] + tag[begin:]
    if kind == 4:  # a lost attribute
        return tag[: tag.rfind(" ", 0, begin)] + tag[end + 1 :]
    return f"{tag[:-2]}{random.choice(['></Object>', '> </Object>', '>text</Object>', '></Objects>', '>'])}"
