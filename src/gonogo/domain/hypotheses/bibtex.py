r"""BibTeX read into papers: bounded, and exact in what it refuses.

The grammar is BibTeX's own: `@type{key, field = value, ...}` with braces or parentheses, values in
braces or quotes, as numbers or by the name of an @string, joined with #. What stands between
entries is a comment. LaTeX is read as far as names and titles need it.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from gonogo.core.errors import Invalid
from gonogo.domain.hypotheses.papers import Paper, paper

LONGEST = 500_000
"""Characters of a file."""
MOST = 200
"""Entries of a file."""
FIELDS = 100
"""Fields of an entry."""
VALUE = 20_000
"""Characters of a value that is joined of several."""
DEEPEST = 50
"""Braces within braces."""

NAME = re.compile(r"[^\s\"#%'(),={}]+")
SPACE = re.compile(r"\s*")
MONTHS = {
    month: month.capitalize()
    for month in "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905  # reads better
}
ACCENTS = {
    "`": "\u0300",
    "'": "\u0301",
    "^": "\u0302",
    "~": "\u0303",
    "=": "\u0304",
    "u": "\u0306",
    ".": "\u0307",
    '"': "\u0308",
    "r": "\u030a",
    "H": "\u030b",
    "v": "\u030c",
    "d": "\u0323",
    "c": "\u0327",
    "k": "\u0328",
}
LETTERS = {
    "ss": "ß",
    "ae": "æ",
    "AE": "Æ",
    "oe": "œ",
    "OE": "Œ",
    "aa": "å",
    "AA": "Å",
    "o": "ø",
    "O": "Ø",
    "l": "ł",
    "L": "Ł",
    "i": "i",
    "j": "j",
}
ACCENTED = re.compile(
    r"\\(?:([`'^~=.\"])\s*|([uvHcdkr])(?:\s+|(?=\{)))(?:\{\s*(\\[ij]|\w)\s*\}|(\\[ij](?![A-Za-z])|\w))"
)
LETTER = re.compile(r"\\(ss|ae|AE|oe|OE|aa|AA|o|O|l|L|i|j)(?![A-Za-z])\s*(?:\{\})?")
ESCAPED = re.compile(r"\\([&%$#_{}])")
COMMAND = re.compile(r"\\[A-Za-z]+\*?\s*")
DASHES = re.compile("-{2,3}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it stands in the file."""

    kind: str
    key: str
    fields: Mapping[str, str]
    """By name in lower case; values without LaTeX."""
    line: int


def papers(text: str) -> list[Paper]:
    """The papers in a BibTeX file, in order; raises `Invalid` naming the line that is wrong.

    >>> papers("@article{a, title = {Trees}, year = 2001, doi = {10.1000/1}}")[0].year
    2001
    """
    return [_paper(entry) for entry in entries(text)]


def entries(text: str) -> list[Entry]:
    """The entries of a BibTeX file; raises `Invalid` for text that is none."""
    if len(text) > LONGEST:
        raise Invalid(
            field="bibtex",
            value=len(text),
            expected=f"at most {LONGEST:,} characters; import in parts",
        )
    reader = _Reader(text)
    found = reader.all()
    if not found:
        raise Invalid(
            field="bibtex", value=text[:80], expected="an entry, @article{key, title = {…}}"
        )
    return found


@dataclass(slots=True)
class _Reader:
    """Where reading has come to."""

    text: str
    at: int = 0
    macros: dict[str, str] = field(default_factory=lambda: dict(MONTHS))

    def all(self) -> list[Entry]:
        found: list[Entry] = []
        while (start := self.text.find("@", self.at)) >= 0:
            self.at = start + 1
            entry = self._entry()
            if entry is not None:
                found.append(entry)
            if len(found) > MOST:
                raise self._wrong(f"at most {MOST} entries; import in parts")
        return found

    def _entry(self) -> Entry | None:
        begun = self.at
        kind = self._name("a type, as in @article").lower()
        if kind == "comment":
            return None
        closing = {"{": "}", "(": ")"}.get(self._next(), "")
        if not closing:
            raise self._wrong(f"{{ after @{kind}")
        self.at += 1
        if kind == "preamble":
            self._value()
            self._close(closing)
            return None
        if kind == "string":
            self.macros |= self._fields(closing)
            return None
        line = self.text.count("\n", 0, begun) + 1
        key = "" if self._next() == "," else self._name("the key of the entry")
        if self._next() == closing:
            self.at += 1
            return Entry(kind, key, {}, line)
        self._expect(",")
        return Entry(kind, key, self._fields(closing), line)

    def _fields(self, closing: str) -> dict[str, str]:
        found: dict[str, str] = {}
        while self._next() != closing:
            name = self._name(f"the name of a field, or {closing}").lower()
            self._expect("=")
            found[name] = self._value()
            if len(found) > FIELDS:
                raise self._wrong(f"at most {FIELDS} fields")
            if self._next() != ",":
                break
            self.at += 1
        self._close(closing)
        return found

    def _value(self) -> str:
        parts = [self._piece()]
        while self._next() == "#":
            self.at += 1
            parts.append(self._piece())
            # An @string made of itself, twice, again and again, would fill any memory.
            if sum(map(len, parts)) > VALUE:
                raise self._wrong(f"at most {VALUE:,} characters in a value")
        return "".join(parts)

    def _piece(self) -> str:
        opening = self._next()
        if opening == "{":
            return self._until("}")
        if opening == '"':
            return self._until('"')
        name = self._name("a value in braces or quotes, a number, or the name of an @string")
        if name.isdigit():
            return name
        if name.lower() not in self.macros:
            raise self._wrong(f"{name} to be an @string above, or in braces")
        return self.macros[name.lower()]

    def _until(self, closing: str) -> str:
        """What stands up to `closing`; braces within count."""
        begun, depth = self.at, 0
        self.at += 1
        start = self.at
        while self.at < len(self.text):
            letter = self.text[self.at]
            if letter == closing and depth == 0:
                self.at += 1
                return self.text[start : self.at - 1]
            if letter == "\\":
                self.at += 1
            depth += {"{": 1, "}": -1}.get(letter, 0)
            if depth < 0 or depth > DEEPEST:
                break
            self.at += 1
        self.at = begun
        raise self._wrong(f"{closing} at the end of what is opened here, and braces in pairs")

    def _next(self) -> str:
        """The next letter that is no space; "" at the end."""
        self.at = _after_space(self.text, self.at)
        return self.text[self.at : self.at + 1]

    def _name(self, what: str) -> str:
        self._next()
        found = NAME.match(self.text, self.at)
        if found is None:
            raise self._wrong(what)
        self.at = found.end()
        return found[0]

    def _expect(self, letter: str) -> None:
        if self._next() != letter:
            raise self._wrong(letter)
        self.at += 1

    def _close(self, closing: str) -> None:
        if self._next() != closing:
            raise self._wrong(f"a comma, or {closing} at the end of the entry")
        self.at += 1

    def _line(self) -> int:
        return self.text.count("\n", 0, self.at) + 1

    def _wrong(self, expected: str) -> Invalid:
        here = self.text[self.at : self.at + 40].partition("\n")[0]
        return Invalid(
            field="bibtex",
            value=f"line {self._line()}: {here or 'end of the text'}",
            expected=expected,
        )


def _after_space(text: str, at: int) -> int:
    found = SPACE.match(text, at)
    return at if found is None else found.end()


def plain(value: str) -> str:
    r"""`value` without LaTeX: accents as letters, no braces, dashes as dashes.

    >>> plain("{\\'E}tude on na{\\\"i}ve {Bayes} -- \\emph{again}")
    'Étude on naïve Bayes – again'
    """
    text = ACCENTED.sub(_accented, value)
    text = LETTER.sub(lambda found: LETTERS[found[1]], text)
    text = text.replace("~", " ")
    text = ESCAPED.sub(lambda found: " " if found[1] in "{}" else found[1], text)
    text = COMMAND.sub("", text).replace("{", "").replace("}", "").replace("\\", "")
    text = DASHES.sub("–", text)
    return " ".join(unicodedata.normalize("NFC", text).split())


def _accented(found: re.Match[str]) -> str:
    letter = (found[3] or found[4]).removeprefix("\\")
    return unicodedata.normalize("NFC", letter + ACCENTS[found[1] or found[2]])


def _paper(entry: Entry) -> Paper:
    said = {name: plain(value) for name, value in entry.fields.items()}
    raw = entry.fields
    try:
        return paper(
            doi=_doi(raw),
            arxiv=_arxiv(raw),
            title=said.get("title", ""),
            authors="; ".join(re.split(r"\s+and\s+", said.get("author", ""))),
            year=_year(said),
            field="bibtex",
        )
    except Invalid as error:
        place = f"line {entry.line}, entry {entry.key or 'without a key'}"
        shown = "" if error.value is None else f": {error.value}"
        raise Invalid(
            field=error.field, value=f"{place}{shown}"[:300], expected=error.expected
        ) from error


def _doi(raw: Mapping[str, str]) -> str | None:
    said = raw.get("doi", "").strip().replace("\\_", "_")
    if said:
        return said
    url = raw.get("url", "").strip()
    return url if re.match(r"https?://(dx\.)?doi\.org/", url) else None


def _arxiv(raw: Mapping[str, str]) -> str | None:
    kind = raw.get("archiveprefix", raw.get("eprinttype", "")).strip().lower()
    if kind == "arxiv" and raw.get("eprint", "").strip():
        return raw["eprint"].strip()
    url = raw.get("url", "").strip()
    return url if re.match(r"https?://(www\.)?arxiv\.org/(abs|pdf)/", url) else None


def _year(said: Mapping[str, str]) -> int | None:
    found = re.search(r"[0-9]{4}", said.get("year") or said.get("date") or "")
    return None if found is None else int(found[0])
