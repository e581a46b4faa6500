"""Plants a word into captures, in every place and spelling, and looks for it in what `redact` makes of them.

Where the places are follows from the bindings, of which documents with all members are built here, and from
the structure of what is planted in: elements of a document, keys of an archive, words of a recording. So a
new member, and a new example of a recorder, is covered by itself.

    python -m tests.redaction.planting    # all places in all spellings, and how many there were
"""

from __future__ import annotations

import base64
import copy
import dataclasses
import gzip
import html
import io
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any, NamedTuple
from urllib.parse import unquote
from xml.sax.saxutils import quoteattr

from ds3codec import RedactionError, SourceError
from ds3codec.models import JobChunk, MasterObjectList, ServerError
from ds3codec.redaction import redact
from ds3codec.wire.kinds import Boolean, DateTime, Enumeration, Kind, Secret, WholeNumber, kind_of
from ds3codec.wire.members import Member, attributes, elements, wire_name
from tests.examples import JOB, UUID
from tests.fuzz import mutations

WORD = "Plantedmarkerword"
DIGITS = "90210777"
RECORDINGS = Path(__file__).parent.parent / "data" / "recordings"


class Planted(NamedTuple):
    """A capture with the word in it.

    Attributes:
        place: Where it is, in words.
        capture: The capture.
    """

    place: str
    capture: bytes


# Looking for it.


def copied(capture: Any) -> bytes | None:
    """What `redact` makes of a capture; None where it refuses it."""
    sink = io.BytesIO()
    try:
        redact(capture, sink, key="key", name="capture")
    except (RedactionError, SourceError):
        return None
    return sink.getvalue()


def is_left(word: str, after: bytes) -> bool:
    """Whether a word is in a copy, in any of the spellings that it is planted in."""
    seen = [view.lower() for view in _views(after)]
    return any(needle.lower() in view for needle in _needles(word) for view in seen)


def _needles(word: str) -> Iterator[str]:
    yield word
    yield word[::-1]
    yield word.encode().hex()
    for lead in ("", "a", "ab"):  # base64 has three ways to write what is in a longer text
        encoded = base64.b64encode(f"{lead}{word}".encode()).decode().rstrip("=")
        yield encoded[4 if lead else 0 : len(encoded) - 2]


def _views(after: bytes) -> Iterator[str]:
    text = after.decode("utf-8", "replace")
    yield text
    yield after.replace(b"\0", b"").decode("utf-8", "replace")
    yield unquote(text)
    yield html.unescape(text)
    yield re.sub(r"<!--.*?-->|<\?.*?\?>|<[^<>]*>|\]\]>", "", text.replace("<![CDATA[", ""), flags=re.DOTALL)
    if text.startswith("{"):
        strings = "\n".join(_strings(json.loads(text)))
        yield strings
        yield html.unescape(strings)
    for run in re.findall("[A-Za-z0-9+/]{16,}", text):
        yield base64.b64decode(run[: len(run) // 4 * 4]).decode("latin-1")


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield key
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
    else:
        yield str(value)


# Documents.


@dataclasses.dataclass
class Element:
    """An element; what is in it is elements, and markup as it is written."""

    name: str
    attributes: list[list[str]]
    content: list[Element | str]

    def __str__(self) -> str:
        tag = "".join(f" {name}={value}" for name, value in self.attributes)
        return f"<{self.name}{tag}>{''.join(map(str, self.content))}</{self.name}>"

    def lines(self, *around: Element) -> Iterator[tuple[Element, ...]]:
        """This element and all in it, each behind those around it."""
        yield (*around, self)
        for one in self.content:
            if isinstance(one, Element):
                yield from one.lines(*around, self)


def example(member: Member) -> str:
    """A value that a member may have."""
    kind = kind_of(member)
    if isinstance(kind, Enumeration):
        return str(next(iter(member.type)).value)
    texts: dict[type[Kind], str] = {
        Boolean: "true",
        WholeNumber: "7",
        DateTime: JOB["StartDate"],
        Secret: "key",
    }
    return UUID if member.pattern else texts.get(type(kind), "text")


def whole(model: Any, name: str | None = None) -> Element:
    """An element with all that a model has."""
    content: list[Element | str] = []
    for member in elements(model):
        is_model = dataclasses.is_dataclass(member.type)
        below = whole(member.type, member.name) if is_model else Element(member.name, [], [example(member)])
        content.append(Element(member.wrapper, [], [below]) if member.wrapper else below)
    members = [[member.name, quoteattr(example(member))] for member in attributes(model)]
    return Element(name or wire_name(model), members, content)


DOCUMENTS = (MasterObjectList, JobChunk, ServerError)


def _references(word: str) -> str:
    return "".join(
        f"&#{ord(letter)};" if at % 2 else f"&#x{ord(letter):05x};" for at, letter in enumerate(word)
    )


# Of a value, and of a text, which may be split, too.
SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "references": _references,
    "percent": lambda word: "".join(f"%{ord(letter):02X}" for letter in word),
    "base64": lambda word: base64.b64encode(f"a {word} b".encode()).decode(),
    "base64 at once": lambda word: base64.b64encode(word.encode()).decode(),
    "hexadecimal": lambda word: word.encode().hex(),
    "backwards": lambda word: word[::-1],
    "capitals": str.upper,
    "among others": lambda word: f"2026-11-28 {word} 10.77.66.55",
}
SPLITS: dict[str, Callable[[str], str]] = {
    "character data": lambda word: f"<![CDATA[{word}]]>",
    "split by character data": lambda word: f"{word[:5]}<![CDATA[{word[5:9]}]]>{word[9:]}",
    "split by a comment": lambda word: f"{word[:7]}<!-- -->{word[7:]}",
    "split by an instruction": lambda word: f"{word[:7]}<?a?>{word[7:]}",
    "split by an element": lambda word: f"{word[:7]}<a/>{word[7:]}",
}
NAME_SPELLINGS: dict[str, Callable[[str], str]] = {
    name: SPELLINGS[name] for name in ("plain", "backwards", "capitals", "base64 at once")
} | {"longer": lambda word: f"x-{word}.1_y"}

Edit = Callable[[Element, str], None]


def _set_name(element: Element, text: str) -> None:
    element.name = text


def _set_prefix(element: Element, text: str) -> None:
    element.name = f"{text}:{element.name}"
    element.attributes.append([f"xmlns:{text}", '"urn:x"'])


def _set_attribute_prefix(element: Element, text: str) -> None:
    element.attributes += [[f"{text}:Name", '"x"'], [f"xmlns:{text}", '"urn:x"']]


NAME_EDITS: dict[str, Edit] = {
    "element's name": _set_name,
    "prefix": _set_prefix,
    "prefix of an attribute": _set_attribute_prefix,
    "prefix in no use": lambda one, text: one.attributes.append([f"xmlns:{text}", '"urn:x"']),
    "attribute's name": lambda one, text: one.attributes.append([text, '"x"']),
    "instruction": lambda one, text: one.content.insert(0, f"<?{text} x?>"),
    "element in it": lambda one, text: one.content.append(f"<{text}/>"),
    "element with an end tag": lambda one, text: one.content.append(f"<{text} >x</{text}\n>"),
}
VALUE_EDITS: dict[str, Edit] = {
    "unknown attribute": lambda one, text: one.attributes.append(["Colour", f'"{text}"']),
    "attribute in other quotes": lambda one, text: one.attributes.append(["Colour", f" \n'{text}'"]),
    "attribute of a credential's name": lambda one, text: one.attributes.append(["SecretKey", f'"{text}"']),
    "name space": lambda one, text: one.attributes.append(["xmlns", f'"{text}"']),
    "name space of a prefix": lambda one, text: one.attributes.append(["xmlns:a", f'"http://{text}/a"']),
    "unknown element": lambda one, text: one.content.append(f"<Colour>{text}</Colour>"),
    "unknown elements": lambda one, text: one.content.append(f"<A><B><C D='{text}'/></B></A>"),
    "element of a credential's name": lambda one, text: one.content.append(
        f"<AccountKey>{text}</AccountKey>"
    ),
}
TEXT_EDITS: dict[str, Edit] = {
    "text at the beginning": lambda one, text: one.content.insert(0, text),
    "text at the end": lambda one, text: one.content.append(text),
    "text alone": lambda one, text: one.content.__setitem__(slice(None), [text]),
}
MARKUP_EDITS: dict[str, Edit] = {
    "comment": lambda one, text: one.content.insert(0, f"<!--{text}-->"),
    "instruction's text": lambda one, text: one.content.append(f"<?a {text}?>"),
}


def _edits(element: Element) -> Iterator[tuple[str, Edit, dict[str, Callable[[str], str]]]]:
    """The ways to plant into an element, each with the spellings that may be there."""
    for name, edit in NAME_EDITS.items():
        yield name, edit, NAME_SPELLINGS
    for name, edit in (VALUE_EDITS | MARKUP_EDITS).items():
        yield name, edit, SPELLINGS
    for name, edit in TEXT_EDITS.items():
        yield name, edit, SPELLINGS | SPLITS
    for at, (name, _) in enumerate(element.attributes):

        def replace(one: Element, text: str, at: int = at) -> None:
            one.attributes[at][1] = f'"{text}"'

        def rename(one: Element, text: str, at: int = at) -> None:
            one.attributes[at][0] = text

        yield f"@{name}", replace, SPELLINGS
        yield f"name of @{name}", rename, NAME_SPELLINGS


def planted_in(line: tuple[Element, ...], edit: Edit, text: str) -> str:
    """A document of one line of elements, the last of which is edited."""
    *around, last = line
    texts = [one for one in last.content if isinstance(one, str)]
    element = Element(last.name, [list(pair) for pair in last.attributes], [*texts])
    edit(element, text)
    for outer in reversed(around):
        element = Element(outer.name, outer.attributes, [element])
    return str(element)


# Where the word is around a document.
AROUND = {
    "before": "<!--{}-->{}",
    "after": "{1}<!--{0}-->",
    "behind": "{1} {0}",
    "behind, as an element": "{1}<x>{0}</x>",
    "behind, as a tag": "{1}<{0}/>",
    "behind, as another": '{1}<MasterObjectList Name="{0}"/>',
    "behind, as a declaration": '{1}<?xml version="{0}"?>',
    "behind, as an entity": "{1}<a>&{0};</a>",
    "declared as an encoding": '<?xml version="1.0" encoding="{}"?>{}',
    "declared as a version": '<?xml version="{}"?>{}',
    "type": "<!DOCTYPE {}>{}",
}


def _spelled_in(line: tuple[Element, ...], edit: Edit, spelled: Callable[[str], str], word: str) -> str:
    return planted_in(line, edit, spelled(word))


def document_places(word: str = WORD) -> Iterator[tuple[str, dict[str, Callable[[], str]]]]:
    """Every place of the documents, and what plants into it, by the spelling."""
    for model in DOCUMENTS:
        root = whole(model)
        for line in root.lines():
            for name, edit, spellings in _edits(line[-1]):
                yield (
                    f"{'/'.join(one.name for one in line)}: {name}",
                    {key: partial(_spelled_in, line, edit, one, word) for key, one in spellings.items()},
                )
        for name, text in AROUND.items():
            shapes = SPELLINGS if name in ("before", "after") else NAME_SPELLINGS
            yield (
                f"{root.name}: {name}",
                {key: partial(text.format, one(word), root) for key, one in shapes.items()},
            )


def all_in_one(word: str = WORD) -> Iterator[str]:
    """Documents with the word in all places at once, names apart from values."""
    for model in DOCUMENTS:
        for key, spelled in SPELLINGS.items():
            for edits in (VALUE_EDITS | MARKUP_EDITS | TEXT_EDITS, NAME_EDITS):
                is_naming = edits is NAME_EDITS
                text = NAME_SPELLINGS.get(key, str)(word) if is_naming else spelled(word)
                root = whole(model)
                for element, *around in [line[::-1] for line in root.lines()]:
                    if not is_naming:
                        element.attributes = [[name, f'"{text}"'] for name, _ in element.attributes]
                    for what, edit in edits.items():
                        if what not in _ALONE and (around or what not in _OF_OTHERS):
                            edit(element, text)
                yield str(root)


# Edits that leave no room for others in one tag, and those that make the root another one.
_ALONE = (
    "attribute in other quotes",
    "text alone",
    "prefix in no use",
    "prefix of an attribute",
    "name space",
)
_OF_OTHERS = ("element's name", "prefix")


ENCODINGS: dict[str, Callable[[str], bytes]] = {
    "utf-8": str.encode,
    "utf-8 with a mark": lambda text: text.encode("utf-8-sig"),
    "utf-16": lambda text: text.encode("utf-16"),
    "utf-16-be, declared": lambda text: f'<?xml version="1.0" encoding="utf-16"?>{text}'.encode("utf-16-be"),
    "utf-32": lambda text: text.encode("utf-32"),
    "latin-1": lambda text: f'<?xml version="1.0" encoding="latin-1"?>{text}'.encode("latin-1"),
    "windows-1252": lambda text: f'<?xml version="1.0" encoding="windows-1252"?>{text}'.encode("cp1252"),
    "gzip": lambda text: gzip.compress(text.encode(), mtime=0),
    "exchange": lambda text: b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(text), text.encode()),
    "archive": lambda text: _archived({"text": text}),
    "archive in base64": lambda text: _archived(
        {"text": base64.b64encode(text.encode("utf-16")).decode(), "encoding": "base64"}
    ),
}


def _archived(content: dict[str, str]) -> bytes:
    answer = {"status": 200, "headers": [], "content": content}
    return json.dumps({"log": {"entries": [{"request": {"method": "GET"}, "response": answer}]}}).encode()


def documents(word: str = WORD, *, in_full: bool = False) -> Iterator[Planted]:
    """Documents with the word in one place, in all spellings or one in turn; each in one encoding in turn."""
    encodings = cycle(ENCODINGS.items())
    for turn, (place, planters) in enumerate(document_places(word)):
        chosen = list(planters.items())
        for spelling, plant in chosen if in_full else [chosen[turn % len(chosen)]]:
            encoding, encode = next(encodings)
            if "declared" not in place or "declared" not in encoding:
                yield Planted(f"{place}, {spelling}, {encoding}", encode(plant()))


# Archives.


def recordings(*endings: str) -> list[tuple[str, bytes]]:
    """The examples of what recorders write."""
    return [(path.name, path.read_bytes()) for path in sorted(RECORDINGS.iterdir()) if path.suffix in endings]


def archives(word: str = WORD, *, in_full: bool = False) -> Iterator[Planted]:
    """Archives with the word as a key, as a value in all ways or one in turn, in a new place, everywhere."""
    for name, text in recordings(".har"):
        har = json.loads(text)
        for turn, path in enumerate(_paths(har)):
            ways = list(_values(word))
            for way, value in ways if in_full else [ways[turn % len(ways)]]:
                planted = copy.deepcopy(har)
                _set(planted, path, value)
                yield Planted(f"{name}: {path} = {way}", _json(planted, way))
            for edit, what in ((_rename, "key"), (_add, "more in")):
                planted = copy.deepcopy(har)
                edit(planted, path, word)
                if planted != har:
                    yield Planted(f"{name}: {what} {path}", _json(planted, ""))
        yield Planted(f"{name}: everywhere", _json(_everywhere(har, word), ""))


def _values(word: str) -> Iterator[tuple[str, Any]]:
    for spelling in ("plain", "percent", "base64", "hexadecimal"):
        yield spelling, SPELLINGS[spelling](word)
    yield "escaped", word
    yield "UTF-16", word
    yield "pair", {"name": word, "value": word}
    yield "pair without a value", {"name": word}
    yield "pair with a number", [{"name": word, "value": 7}, {"name": None, "value": word}]
    yield "key", {word: 1}
    yield (
        "known keys",
        {"method": word, "encoding": word, "httpVersion": word, "mimeType": word, "status": word},
    )
    deep: Any = word
    for _ in range(900):
        deep = [deep]
    yield "deep", deep


def _json(value: Any, way: str) -> bytes:
    text = json.dumps(value)
    if way == "escaped":
        text = text.replace(WORD, "".join(f"\\u{ord(letter):04X}" for letter in WORD))
    return text.encode("utf-16" if way == "UTF-16" else "utf-8")


Keys = tuple[Any, ...]


def _paths(value: Any, path: Keys = ()) -> Iterator[Keys]:
    if path:
        yield path
    for key, one in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        yield from _paths(one, (*path, key))


def _at(value: Any, path: Keys) -> Any:
    for step in path:
        value = value[step]
    return value


def _set(value: Any, path: Keys, new: Any) -> None:
    _at(value, path[:-1])[path[-1]] = new


def _rename(value: Any, path: Keys, word: str) -> None:
    around = _at(value, path[:-1])
    if isinstance(around, dict):
        around[word] = around.pop(path[-1])


def _add(value: Any, path: Keys, word: str) -> None:
    there = _at(value, path)
    if isinstance(there, dict):
        there |= {word: word, "secret": {"name": word}, "_own": [word], "comment": word}
    elif isinstance(there, list):
        there += [word, [word], {"name": word, "value": word, "comment": word}]


def _everywhere(value: Any, word: str, path: Keys = ()) -> Any:
    """The word in place of all texts but those by which a capture is told, and under new keys."""
    if isinstance(value, dict):
        more = {word: word} if path else {}
        return {key: _everywhere(one, word, (*path, key)) for key, one in value.items()} | more
    if isinstance(value, list):
        return [_everywhere(one, word, (*path, at)) for at, one in enumerate(value)]
    is_kept = not isinstance(value, str) or path[-2:] in (("content", "text"), ("content", "encoding"))
    return value if is_kept else word


# Raw HTTP, and what clients print of it.

_WORDS = re.compile(rb"[\w%&.*+-]+")


def exchanges(word: str = WORD) -> Iterator[Planted]:
    """Recordings with the word in place of one of theirs, behind it, or in a line of its own."""
    for name, text in recordings(".http", ".txt"):
        for found in _WORDS.finditer(text):
            for way, planted in (
                ("for", word),
                ("behind", found[0].decode() + word),
                ("as", f"{word}: {word}"),
            ):
                capture = text[: found.start()] + planted.encode() + text[found.end() :]
                yield Planted(f"{name}: {way} {found[0]!r} at {found.start()}", capture)
        lines = text.split(b"\n")
        for at in range(len(lines)):
            for line in (f"{word}: {word}\r", f"Date: {word}\r", f" {word}\r", f"< {word}: x\r", word):
                capture = b"\n".join([*lines[:at], line.encode(), *lines[at:]])
                yield Planted(f"{name}: {line!r} before line {at + 1}", capture)


# Single values.

LEXICAL_FORMS = [
    "90210777", "48151623420000", "-7", "0.5", "1e9", "2026:11-28", "2026-11-28", "2026-11-28T06:19:00.000Z",
    "06:19:00", "true", "FALSE", "1", "0", "null", "deadbeefdeadbeefdeadbeef", "DEADBEEF", UUID, "LTO8",
    "c2VjcmV0Kys/Lz0=", "GET", "NORMAL", "NotFound", "200", "application/xml", "https://host/x", "key",
]  # fmt: skip


def element_models() -> list[Any]:
    """The models of all documents, and of what is in them."""
    found: list[Any] = list(DOCUMENTS)
    for model in found:  # which grows meanwhile
        below = [member.type for member in elements(model) if dataclasses.is_dataclass(member.type)]
        found += [one for one in below if one not in found]
    return found


def values() -> list[tuple[str, Member, Callable[[str], str]]]:
    """Every place of a value, its member, and what writes a document with a value in that place."""
    found: list[tuple[str, Member, Callable[[str], str]]] = []
    for model in DOCUMENTS:
        _gather(model, (Element(wire_name(model), [], []),), found)
    return found


def _gather(model: Any, line: tuple[Element, ...], found: list[Any]) -> None:
    path = "/".join(one.name for one in line)
    for member in attributes(model):
        edit = partial(_add_attribute, member.name)
        found.append((f"{path}/@{member.name}", member, partial(planted_in, line, edit)))
    for member in elements(model):
        around = (*line, Element(member.wrapper, [], [])) if member.wrapper else line
        inside = (*around, Element(member.name, [], []))
        if dataclasses.is_dataclass(member.type):
            _gather(member.type, inside, found)
        else:
            found.append(
                (f"{path}/{member.name}", member, partial(planted_in, inside, TEXT_EDITS["text alone"]))
            )


def _add_attribute(name: str, element: Element, text: str) -> None:
    element.attributes = [[name, f'"{text}"']]


# Anywhere, drawn from one `random.Random`.


def drawn(random: Random) -> bytes:
    """A capture of any kind with the word in a few places, and sometimes with a byte that is wrong."""
    data = random.choice([_drawn_document, _drawn_mutation, _drawn_archive, _drawn_exchange])(random)
    if random.random() < 0.1:
        place = random.randrange(len(data))
        data = data[:place] + bytes([random.randrange(256)]) + data[place + random.randrange(2) :]
    return data


def _drawn_document(random: Random) -> bytes:
    line = random.choice(list(whole(random.choice(DOCUMENTS)).lines()))

    def edit(element: Element, word: str) -> None:
        for _ in range(random.randint(1, 4)):
            _, one, spellings = random.choice(list(_edits(element)))
            one(element, random.choice(list(spellings.values()))(word))

    around = random.choice([*["{1}"] * 20, *AROUND.values()])
    text = around.format(WORD, planted_in(line, edit, WORD))
    encode = random.choice([str.encode, *ENCODINGS.values()])
    return encode(text)


def _drawn_mutation(random: Random) -> bytes:
    """A broken document with the word in place of some of its words, or between any two of its characters."""
    data = mutations.document(random)
    for _ in range(random.randint(1, 5)):
        word = random.choice(list(SPELLINGS.values()))(WORD).encode()
        place = random.randrange(len(data) + 1)
        found = _WORDS.search(data, place)
        start, stop = found.span() if found is not None and random.random() < 0.8 else (place, place)
        data = data[:start] + word + data[stop:]
    return data


def _drawn_archive(random: Random) -> bytes:
    har = json.loads(random.choice(recordings(".har"))[1])
    way = ""
    paths = random.sample(list(_paths(har)), random.randint(1, 6))
    for path in sorted(paths, key=len, reverse=True):  # what is in others first
        if random.random() < 0.5:
            way, value = random.choice(list(_values(WORD)))
            _set(har, path, value)
        else:
            random.choice([_rename, _add])(har, path, WORD)
    return _json(har, way)


def _drawn_exchange(random: Random) -> bytes:
    _, data = random.choice(recordings(".http", ".txt"))
    for _ in range(random.randint(1, 6)):
        word = random.choice(list(SPELLINGS.values()))(WORD).encode()
        if random.random() < 0.7:
            found = random.choice(list(_WORDS.finditer(data)))
            data = data[: random.choice(found.span())] + word + data[found.end() :]
        else:
            lines = data.split(b"\n")
            lines.insert(random.randrange(len(lines)), b"%b: %b\r" % (word, word))
            data = b"\n".join(lines)
    return data


def everything() -> Iterator[tuple[str, Planted]]:
    """All that is planted, by its kind."""
    for kind, planted in (
        ("documents", documents(in_full=True)),
        ("archives", archives(in_full=True)),
        ("exchanges", exchanges()),
    ):
        for one in planted:
            yield kind, one
    for text in all_in_one():
        for encoding, encode in ENCODINGS.items():
            yield "all at once", Planted(f"all at once, {encoding}", encode(text))


def main(chosen: Iterable[tuple[str, Planted]]) -> int:
    """Print how many captures were planted, of which kind, how many were refused, and what was left."""
    planted, refused, left = Counter[str](), Counter[str](), 0
    for kind, one in chosen:
        planted[kind] += 1
        after = copied(one.capture)
        if after is None:
            refused[kind] += 1
        elif is_left(WORD, after):
            left += 1
            print(f"left: {kind}: {one.place}")
    for kind, count in planted.items():
        print(f"{kind}: {count} planted, {refused[kind]} refused")
    print(f"{sum(planted.values())} planted, found {left} times")
    return left > 0


if __name__ == "__main__":
    sys.exit(main(everything()))
