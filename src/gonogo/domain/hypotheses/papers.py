"""Papers that hypotheses rest on or ran into: by DOI, by arXiv id, or by title alone."""

import re
from dataclasses import dataclass

from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.subjects import Subject

DOI = re.compile(r"10\.[0-9]{4,9}/[!-~]{1,200}")
"""As Crossref recommends: a prefix, a slash, and a suffix of printable characters."""
ARXIV = re.compile(
    r"(?:[0-9]{4}\.[0-9]{4,5}|[a-z][a-z-]{1,20}(?:\.[A-Za-z-]{2,4})?/[0-9]{7})(?:v[0-9]{1,3})?"
)
"""arXiv's identifiers since 2007, and those before."""
VERSION = re.compile(r"v[0-9]{1,3}$")
WRITTEN_DOI = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)
WRITTEN_ARXIV = re.compile(
    r"^(?:https?://(?:www\.)?arxiv\.org/(?:abs|pdf)/|arxiv:\s*)", re.IGNORECASE
)
DATACITE = "10.48550/arxiv."
"""How arXiv's own DOIs begin."""
EARLIEST, LATEST = 1500, 2200
LONGEST = 2000
"""Characters of a title or of authors."""
MOST = 200
"""Papers of one hypothesis."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper; it has a DOI, an arXiv id or a title."""

    title: str = ""
    authors: str = ""
    """As they are named on it, separated by semicolons."""
    year: int | None = None
    doi: str | None = None
    arxiv: str | None = None

    @property
    def key(self) -> str:
        """What makes it the same paper, however it was named.

        >>> Paper(doi="10.1000/ABC").key, Paper(arxiv="2101.00001v2").key
        ('doi:10.1000/abc', 'arxiv:2101.00001')
        """
        if self.doi is not None:
            return f"doi:{self.doi.lower()}"
        if self.arxiv is not None:
            return f"arxiv:{VERSION.sub('', self.arxiv)}"
        words = re.findall(r"[^\W_]+", self.title.casefold())
        return f"title:{' '.join(words)}"[:300]

    @property
    def address(self) -> str | None:
        """Where it can be read."""
        if self.doi is not None:
            return f"https://doi.org/{self.doi}"
        return None if self.arxiv is None else f"https://arxiv.org/abs/{self.arxiv}"

    @property
    def words(self) -> str:
        """What a search finds it by."""
        parts = (self.title, self.authors, self.doi or "", self.arxiv or "", str(self.year or ""))
        return " ".join(filter(None, parts))

    def to_json(self) -> dict[str, Json]:
        """The paper as the ledger keeps it."""
        return {
            "title": self.title,
            "authors": self.authors,
            "year": self.year,
            "doi": self.doi,
            "arxiv": self.arxiv,
        }


@dataclass(frozen=True, slots=True)
class Linked:
    """A paper linked to a hypothesis."""

    hypothesis: Subject
    paper: Paper
    note: str
    """What it has to do with it."""
    at: str
    by: str
    entry: str
    """Digest of the entry that linked it, and its name here."""

    def body(self) -> dict[str, Json]:
        """What the ledger keeps of it."""
        return {"v": 1, **self.paper.to_json(), "key": self.paper.key, "note": self.note}


def paper(
    *,
    doi: str | None = None,
    arxiv: str | None = None,
    title: str = "",
    authors: str = "",
    year: int | None = None,
    field: str = "paper",
) -> Paper:
    """A paper of what was said of it; raises `Invalid` for what names none.

    DOI and arXiv id may be written as addresses.

    >>> paper(doi="https://doi.org/10.1145/2433396.2433413").doi
    '10.1145/2433396.2433413'
    """
    number = None if not doi else _doi(doi, f"{field}.doi")
    eprint = None if not arxiv else _arxiv(arxiv, f"{field}.arxiv")
    if number is not None and number.lower().startswith(DATACITE):
        eprint = eprint or _arxiv(number[len(DATACITE) :], f"{field}.doi")
    made = Paper(
        _line(title, f"{field}.title"), _line(authors, f"{field}.authors"), year, number, eprint
    )
    if year is not None and not EARLIEST <= year <= LATEST:
        raise Invalid(field=f"{field}.year", value=year, expected=f"{EARLIEST} to {LATEST}")
    if made.key == "title:":
        raise Invalid(field=f"{field}.doi", expected="a DOI, an arXiv id or a title")
    return made


def reference(text: str, field: str = "reference") -> tuple[str | None, str | None]:
    """DOI and arXiv id, one of them, that `text` writes; raises `Invalid` where it is neither.

    >>> reference("arXiv:1706.03762")
    (None, '1706.03762')
    """
    said = text.strip()
    if DOI.fullmatch(WRITTEN_DOI.sub("", said)):
        return _doi(said, field), None
    if ARXIV.fullmatch(_bare_arxiv(said)):
        return None, _arxiv(said, field)
    raise Invalid(
        field=field, value=text[:300], expected="a DOI, 10.1234/abc, or an arXiv id, 1706.03762"
    )


def _doi(text: str, field: str) -> str:
    bare = WRITTEN_DOI.sub("", text.strip())
    if not DOI.fullmatch(bare):
        raise Invalid(
            field=field, value=text[:300], expected="a DOI, such as 10.1145/2433396.2433413"
        )
    return bare


def _arxiv(text: str, field: str) -> str:
    bare = _bare_arxiv(text)
    if not ARXIV.fullmatch(bare):
        raise Invalid(field=field, value=text[:300], expected="an arXiv id, such as 1706.03762")
    return bare


def _bare_arxiv(text: str) -> str:
    return WRITTEN_ARXIV.sub("", text.strip()).removesuffix(".pdf")


def _line(text: str, field: str) -> str:
    said = " ".join(text.split())
    if len(said) > LONGEST:
        raise Invalid(field=field, value=len(said), expected=f"at most {LONGEST:,} characters")
    return said
