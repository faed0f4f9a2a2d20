"""XML that somebody else wrote, as a tree: bounded, and nothing in it is ever expanded; pure."""

from dataclasses import dataclass, field
from xml.parsers import expat

from gonogo.core.errors import Invalid
from gonogo.domain.plans.imports.items import MESSAGE

MOST_ELEMENTS = 500_000
MOST_DEPTH = 40


@dataclass(slots=True)
class Element:
    """One element; its name without its namespace."""

    name: str
    line: int
    text: str = ""
    below: "list[Element]" = field(default_factory=list)

    def get(self, name: str) -> str:
        """The text of the first element of this name below; "" where there is none."""
        return next((one.text.strip() for one in self.below if one.name == name), "")

    def all(self, *path: str) -> "list[Element]":
        """The elements at the end of a path of names."""
        found = [self]
        for name in path:
            found = [one for above in found for one in above.below if one.name == name]
        return found


def read(text: str) -> Element:
    """The top element; raises `Invalid` with its line for what is no XML, or has a DTD.

    A DTD is refused before it is read: it is where entities come from, a few of which can stand
    for gigabytes or for files of this machine.
    """
    found = _Reading()
    try:
        found.parser.Parse(text.removeprefix("\ufeff").encode(), True)
    except (expat.ExpatError, UnicodeEncodeError) as error:
        raise _refused(found.parser, str(error), "XML") from error
    return found.top.below[0]


class _Reading:
    """A parser and what it has found so far."""

    def __init__(self) -> None:
        # The text is in memory already, whatever encoding its first line names.
        self.parser = expat.ParserCreate(encoding="utf-8")
        self.top = Element("", 0)
        self._open = [self.top]
        self._number = 0
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def _doctype(self, name: str, *_: object) -> None:
        raise _refused(self.parser, f"<!DOCTYPE {name}", "XML without a document type")

    def _start(self, name: str, _: object) -> None:
        self._number += 1
        if self._number > MOST_ELEMENTS:
            raise _refused(self.parser, "more elements", f"at most {MOST_ELEMENTS:,}")
        if len(self._open) > MOST_DEPTH:
            raise _refused(self.parser, "nested more deeply", f"at most {MOST_DEPTH} levels")
        made = Element(name.rpartition(":")[2], self.parser.CurrentLineNumber)
        self._open[-1].below.append(made)
        self._open.append(made)

    def _end(self, _: str) -> None:
        self._open.pop()

    def _text(self, said: str) -> None:
        self._open[-1].text += said


def _refused(parser: expat.XMLParserType, value: str, expected: str) -> Invalid:
    return Invalid(
        field=f"text (line {parser.CurrentLineNumber})",
        value=value[:200],
        expected=expected,
        message=MESSAGE,
    )
