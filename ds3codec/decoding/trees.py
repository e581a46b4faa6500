"""lxml's trees: parsed passage by passage, and cleared of what was read.

This is the loop of the tutorials: the parser is given text, what has ended with it is read (see `document`),
and then goes, so the tree never has more than the open elements.

Text is given in passages of complete markup, and nothing is believed before a passage is known to be
well-formed. If one is not, it is read again tag by tag, by a new parser that is put where the passage began.
So are passages in which order matters: with prefixes, of which libxml2 only complains, within unknown
elements, and in large objects, which have limits. Tag by tag, the outcome cannot depend on how the document
was cut, and that of a whole passage is the same, for nothing went wrong in it.
"""

from __future__ import annotations

from lxml import etree

from ..errors import DecodeError, LimitExceededError, TruncatedError
from ..limits import DEEPEST, LARGE, LONGEST_OBJECT, LONGEST_TEXT, MOST_ELEMENTS
from ..lookalikes import ENOUGH
from ..models import Blob, ServerError
from ..wire.names import CHUNK_TAG, ERROR, JOB_TAG, is_credential
from .children import children_of, names_in, too_deep
from .document import CONTAINER_TAGS, Document
from .parser import Element, Parser, SyntaxFault
from .scanner import (
    Fault,
    Place,
    begins,
    declared_names,
    first_name,
    has_instructions,
    has_prefixes,
    is_simple,
    markups,
    sound_part,
    text_before_markup,
)
from .unknown import count

__all__ = ["Trees"]

_BLOB_CHILDREN, _ERROR_CHILDREN = children_of(Blob), children_of(ServerError)

# Passages of one object from which on it is read tag by tag, so that small ones are not looked at again.
_MOST_PASSAGES = 32

_TRUNCATED = "the document ends before it is complete"
_NO_DOCUMENT = "there is no document: the input is empty or only white space"
_UNQUOTED = "the XML in this element is not well-formed"


class _Extent:
    """How much there is in an open object, or the like.

    Attributes:
        elements: The elements in it.
        characters: The characters in their texts.
        size: The bytes of it all.
    """

    __slots__ = ("characters", "elements", "size")

    def __init__(self) -> None:
        self.elements = self.characters = self.size = 0

    def check(self) -> None:
        """Raise LimitExceededError, without a place, if it is too much."""
        if self.elements > MOST_ELEMENTS:
            raise LimitExceededError(f"more than {MOST_ELEMENTS} elements in one object")
        if self.characters > LONGEST_TEXT:
            raise LimitExceededError(f"texts of more than {LONGEST_TEXT} characters in one object")
        if self.size > LONGEST_OBJECT:
            raise LimitExceededError(f"more than {LONGEST_OBJECT} bytes in one object")


class Trees:
    """Reads a document from trees, as far as it is given to them.

    Args:
        document: What is told of all elements that began or ended.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._parser = Parser(CONTAINER_TAGS)
        self._is_tag_by_tag = False
        self._open: list[Element] = []  # the open elements in the innermost container, from the outermost
        self._extent = _Extent()  # of the open object, where tags are read one by one
        self._noted = 0  # characters in unknown names that are counted for libxml2

    @property
    def is_in_chunk(self) -> bool:
        """Whether the parser stands in a chunk, between two of its children."""
        return not self._open and self._document.inside == CHUNK_TAG

    def feed(self, text: bytes, place: Place) -> None:
        """Read a passage of complete markup, which stands at `place`.

        Raises:
            DecodeError: The document is wrong; with its place.
            ServerErrorResponse: The document is the server's error.
        """
        simple = is_simple(text)
        end, fault = (len(text), None) if simple else sound_part(text)
        if end:
            self._feed(text[:end], place, simple)
        if fault is not None:
            raise self._error_of(fault, place.after(text[: fault.at]))

    def close(self, rest: bytes, place: Place) -> None:
        """Say that no more comes but a rest without complete markup. Raises what `feed` raises."""
        words = text_before_markup(rest)
        text = rest if self._document.has_ended else words
        if text.strip():
            end, fault = sound_part(text)
            if fault is not None:
                raise self._error_of(fault, place.after(text[: fault.at]))
            # libxml2 waits for markup before it looks at text.
            found = self._parser.feed(text[:end] + b"<a/>", place)
            if isinstance(found, SyntaxFault):
                raise self._translated(found, text)
        if not self._document.has_ended or len(words) < len(rest):
            line, column = place.after(rest)
            message = _TRUNCATED if self._document.root or rest.strip() else _NO_DOCUMENT
            raise TruncatedError(message, line=line, column=column, path=self.path())

    def path(self) -> str | None:
        """Tell the innermost open element that is known, or the outermost unknown one; None before any."""
        innermost = (self._open or self._document.containers)[-1:]
        if innermost:
            return self._document.path_of(innermost[0])
        return f"/{self._document.root}" if self._document.root else None

    # Passages.

    def _feed(self, text: bytes, place: Place, simple: bool) -> None:
        if self._document.has_ended:
            found = self._parser.feed(text, place)
            if isinstance(found, SyntaxFault):
                raise self._translated(found, text)
            return
        if self._is_delicate(text, simple):
            self._feed_tag_by_tag(text, place)
            return
        if self._is_tag_by_tag:
            self._begin_again(CONTAINER_TAGS)
        events = self._parser.feed(text, place)
        if isinstance(events, SyntaxFault):
            self._feed_tag_by_tag(text, place)
            raise self._translated(events, text)  # which came up again, in all likelihood
        is_root_known = self._document.root or (events and events[0][1].getparent() is None)
        if not is_root_known and first_name(text):
            self._feed_tag_by_tag(text, place)  # which tells what the root is
            return
        self._document.window.extend(text, place)
        for event, element in events:
            if event == "end":
                self._document.end(element)
            else:
                self._document.begin(element)
        self._settle()

    def _is_delicate(self, text: bytes, simple: bool) -> bool:
        """Tell whether a passage has to be read tag by tag."""
        if self._open and (self._is_tag_by_tag or self._is_in_stranger()):
            return True
        window = self._document.window
        if window.size + len(text) > LARGE or window.passages > _MOST_PASSAGES:
            return True
        return not simple and (has_prefixes(text) or has_instructions(text, 1))

    def _feed_tag_by_tag(self, text: bytes, place: Place) -> None:
        if not self._is_tag_by_tag:
            window = self._document.window
            if window.size:
                text, place = window.text() + text, window.place
            self._begin_again(None)
        for markup in markups(text):
            part = text[markup.start : markup.end]
            self._parse_tag(part, place, markup.begin - markup.start)
            place = place.after(part)

    def _begin_again(self, tags: tuple[str, ...] | None) -> None:
        """Put a new parser where the window begins. It tells of elements with these names."""
        document = self._document
        chain = [*document.containers, *(self._open if self._is_in_stranger() else ())]
        self._parser = Parser(tags)
        begun = self._parser.feed(b"".join(map(_start_tag, chain)), Place()) if chain else []
        fresh = [element for _, element in begun[:1]] if not isinstance(begun, SyntaxFault) else []
        for _ in chain[1:]:
            fresh.append(fresh[-1][-1])
        self._open = fresh[len(document.containers) :]
        document.replace(fresh[: len(document.containers)], len(fresh))
        self._extent = _Extent()
        self._is_tag_by_tag = tags is None

    def _parse_tag(self, part: bytes, place: Place, begin: int) -> None:
        """Read one tag, which begins at `begin` behind some text."""
        try:
            self._document.unknown.limit(*declared_names(part))
        except LimitExceededError as error:
            error.path = self.path()
            raise
        events = self._parser.feed(part, place)
        if events == [] and not self._document.root and first_name(part):
            events = self._parser.feed(b"    ", place.after(part))  # libxml2 waits for the fourth byte
        fault = events if isinstance(events, SyntaxFault) else None
        if fault is None and has_prefixes(part):
            fault = self._parser.complaint(place.after(part[:begin]))
        if fault is not None:
            count(len(part))
            raise self._translated(fault, part)
        self._document.window.extend(part, place)
        self._extent.size += len(part)
        for event, element in events if not isinstance(events, SyntaxFault) else ():
            if event == "end":
                self._closes(element)
            else:
                self._opens(element)
        if not self._open:
            self._settle()
        elif self._is_in_stranger():
            self._document.window.begin(len(self._document.containers) + len(self._open))

    def _opens(self, element: Element) -> None:
        """Take note of an element that begins."""
        depth = len(self._document.containers)
        if not self._open:
            self._document.begin(element)
            if len(self._document.containers) > depth:
                return
            self._extent = _Extent()
        self._open.append(element)
        if not self._is_in_stranger():
            self._extent.elements += len(self._open) > 1
            self._check_extent()
        elif len(self._open) == 1:
            self._document.read_to(element)
            self._document.begin_stranger(element)
        elif len(self._open) > DEEPEST:
            raise self._document.located(too_deep(), self._open[0])
        else:
            self._document.note([(element.tag, *element.keys())], self._open[0])

    def _closes(self, element: Element) -> None:
        """Take note of the end of an element."""
        if not self._open:
            self._document.end(element)
        elif self._is_in_stranger():
            self._open.pop()
            if self._open:
                del self._open[-1][:]
            else:
                self._document.last = element
        else:
            self._extent.characters += len((element.text or "").strip())
            self._check_extent()
            self._open.pop()
            if not self._open:
                self._document.end(element)

    def _check_extent(self) -> None:
        try:
            self._extent.check()
        except LimitExceededError as error:
            raise self._document.located(error, self._open[0]) from None

    def _is_in_stranger(self) -> bool:
        """Tell whether an unknown element is open in the innermost container."""
        return bool(self._open) and not self._document.is_known(self._open[0])

    def _settle(self) -> None:
        """Have all read that has ended, and cleared, at the end of a passage."""
        document = self._document
        start = 0 if self._is_tag_by_tag else self._find_open()
        first = self._open[0] if self._open else None
        document.read_to(first)
        if first is not None and not document.is_known(first):
            document.begin_stranger(first)
            document.note(names_in(first), first)
        document.clear(self._open, start)
        if document.unknown.length != self._noted:
            count(document.unknown.length - self._noted)
            self._noted = document.unknown.length

    def _find_open(self) -> int:
        """Find the elements that are open in the innermost container, and where in the window they begin."""
        document, child = self._document, self._document.error
        if document.containers and len(document.containers[-1]):
            child = document.containers[-1][-1]
        if child is None or child is document.last or document.has_ended:
            self._open = []
            return 0
        start, depth = document.window.tail(child)
        self._open = _chain(child, depth)
        return start

    # Errors.

    def _error_of(self, fault: Fault, place: Place) -> DecodeError:
        before = "behind the end of the document: " if self._document.has_ended else ""
        return fault.kind(before + fault.message, path=self.path(), line=place.line, column=place.column)

    def _translated(self, fault: SyntaxFault, text: bytes) -> DecodeError:
        """Make our error of one of libxml2, without its words where they may quote a credential."""
        if fault.code == etree.ErrorTypes.ERR_DOCUMENT_EMPTY and not self._document.root:
            fault = fault._replace(message=_before_document(text) or f"this is not XML: {fault.message}")
        error = fault.error()
        if self._document.has_ended:
            what = "text" if text_before_markup(text).strip() else "markup"
            error.message = f"other {what} follows the end of the document"
        elif self._is_in_secret(text):
            error.message = _UNQUOTED
        error.path = self.path()
        return error

    def _is_in_secret(self, text: bytes) -> bool:
        """Tell whether a credential may stand in a text that is read, or around it.

        It may in any unknown element, and anywhere in a member that has credentials.
        """
        if self._is_in_stranger() or is_credential(first_name(text)):
            return True
        inside = self._open[1:]
        if not inside:
            return False
        child = (_BLOB_CHILDREN if self._document.inside == CHUNK_TAG else _ERROR_CHILDREN).get(inside[0].tag)
        return len(inside) > 1 or child is None or child.model is not None


def _before_document(text: bytes) -> str | None:
    """Tell what stands before the document, if one follows; not its text, which nobody knows."""
    head = text[:ENOUGH]
    names = (JOB_TAG, CHUNK_TAG, ERROR.name, "?xml")
    found = [(at, name) for name in names for at in begins(head, name)]
    if not found:
        return None
    begin, name = min(found)
    other = head[:begin].decode("utf-8", "replace")
    what = "character of other text stands" if len(other) == 1 else "characters of other text stand"
    unseen = sorted({each for each in other if not each.isprintable() and each not in "\t\n\r"})
    named = f" ({', '.join(map(repr, unseen[:5]))} among them)" if unseen else ""
    return f"{len(other)} {what} before <{name}{named}, where the document begins"


def _start_tag(element: Element) -> bytes:
    """Write the start tag of an element, without its attributes."""
    empty = etree.tostring(etree.Element(element.tag, nsmap=element.nsmap), encoding="utf-8")
    return empty.removesuffix(b"/>") + b">"


def _chain(element: Element, depth: int) -> list[Element]:
    """List so many elements, each the last child of the one before."""
    chain = [element][:depth]
    while len(chain) < depth:
        chain.append(chain[-1][-1])
    return chain
