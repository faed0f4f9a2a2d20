"""Full-text search with ranking: FTS5 on SQLite, tsvector and GIN on PostgreSQL, behind one port.

What a thing says is put here in the Work that writes it to the ledger, so that both are there or
neither. The index is no table of the catalogue: it is not exported, and worked out anew from the
ledger where an installation is imported.

Both systems get the same words: without case, accents and punctuation, so that neither's own
reading of text makes a difference. Both stem English and leave out its commonest words.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, bindparam, column, func, literal_column, select, table
from sqlalchemy import text as sql

NAME = "search_index"
WORKED_OUT = frozenset(
    {NAME, *(f"{NAME}_{part}" for part in ("data", "idx", "content", "docsize", "config"))}
)
"""The index and what SQLite keeps of it, as tables of the database."""

MOST_WORDS = 64
"""Words of a question that are looked for; who pastes a page is searched by its beginning."""
LONGEST = 64
"""Letters of a word."""
WORD = re.compile(r"[^\W_]+")
ASKED = re.compile(r'(?P<without>-?)(?:"(?P<phrase>[^"]*)"|(?P<word>\S+))')

ENGLISH_FILLERS = """
    i me my myself we our ours ourselves you your yours yourself yourselves he him his himself
    she her hers herself it its itself they them their theirs themselves what which who whom
    this that these those am is are was were be been being have has had having do does did doing
    a an the and but if or because as until while of at by for with about against between into
    through during before after above below to from up down in out on off over under again
    further then once here there when where why how all any both each few more most other some
    such no nor not only own same so than too very s t can will just don should now
"""
COMMON = frozenset(ENGLISH_FILLERS.split())
"""Words that PostgreSQL's English leaves out; here for both."""

index = table(
    NAME, column("position"), *(column(n) for n in ("subject", "title", "lesson", "more"))
)


@dataclass(frozen=True, slots=True)
class Document:
    """What is found of one thing; a word in its title counts most."""

    position: int
    """Place in the ledger of the entry that made the thing: its number here."""
    subject: str
    title: str
    lesson: str = ""
    """What was learned of it."""
    more: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for: phrases of one word or several."""

    wanted: tuple[str, ...]
    without: tuple[str, ...] = ()
    every: bool = True
    """Whether all that is wanted must be there, or any of it."""


def words(text: str) -> list[str]:
    """`text` as it is compared: no case, no accents, no punctuation.

    >>> words("Naïve Bayes: ROC_AUC ≥ 0.8")
    ['naive', 'bayes', 'roc', 'auc', '0', '8']
    """
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return [found[:LONGEST] for found in WORD.findall(bare)]


def typed(text: str) -> Question:
    """What somebody types into a search box: words, "a phrase", -without.

    >>> typed('boosted "score card" -deep')
    Question(wanted=('boosted', 'score card'), without=('deep',), every=True)
    """
    wanted: list[str] = []
    without: list[str] = []
    for found in ASKED.finditer(text[: MOST_WORDS * LONGEST]):
        phrase = words(found["phrase"] if found["phrase"] is not None else found["word"])
        if not COMMON.issuperset(phrase):
            (without if found["without"] else wanted).append(" ".join(phrase))
    return Question(tuple(wanted[:MOST_WORDS]), tuple(without[:MOST_WORDS]))


def like(text: str) -> Question:
    """Whatever shares words with `text`, the more the better.

    >>> like("Do the trees beat the trees?").wanted
    ('trees', 'beat')
    """
    found = dict.fromkeys(one for one in words(text) if one not in COMMON)
    return Question(tuple(found)[:MOST_WORDS], every=False)


def put(connection: Connection, document: Document) -> None:
    """Take up `document`, in place of what was said of the same thing before."""
    key = _key(connection)
    connection.execute(sql(f"DELETE FROM {NAME} WHERE {key} = :at"), {"at": document.position})  # noqa: S608  # names of ours
    connection.execute(
        sql(
            f"INSERT INTO {NAME} ({key}, subject, title, lesson, more)"  # noqa: S608  # names of ours
            " VALUES (:at, :subject, :title, :lesson, :more)"
        ),
        {
            "at": document.position,
            "subject": document.subject,
            **{name: " ".join(words(getattr(document, name))) for name in TEXTS},
        },
    )


def clear(connection: Connection) -> None:
    """Forget everything, to take it up anew."""
    connection.execute(sql(f"DELETE FROM {NAME}"))  # noqa: S608  # a name of ours


def found(
    connection: Connection, asked: Question, within: Select[Any], limit: int
) -> list[Document]:
    """What fits best first, of the subjects that `within` selects; at most `limit`."""
    if not asked.wanted:
        return []
    query = select(*(index.c[name] for name in ("subject", *TEXTS)))
    query = _postgres(query, asked) if _on_postgres(connection) else _sqlite(query, asked)
    query = query.where(index.c.subject.in_(within)).limit(limit)
    return [Document(0, *row) for row in connection.execute(query)]


TEXTS = ("title", "lesson", "more")


def _on_postgres(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"


def _key(connection: Connection) -> str:
    return "position" if _on_postgres(connection) else "rowid"


def _sqlite(query: Select[Any], asked: Question) -> Select[Any]:
    # Each phrase is quoted and holds letters and digits alone: nothing in it is syntax.
    joined = _quoted(asked.wanted, " AND " if asked.every else " OR ")
    wanted = f"({joined}) NOT ({_quoted(asked.without, ' OR ')})" if asked.without else joined
    whole: Any = literal_column(NAME)
    rank = func.bm25(whole, 0.0, 4.0, 2.0, 1.0)
    return query.where(whole.op("MATCH")(bindparam("asked", wanted))).order_by(
        rank, index.c.subject
    )


def _postgres(query: Select[Any], asked: Question) -> Select[Any]:
    wanted = _quoted(asked.wanted, " " if asked.every else " or ")
    without = "".join(f' -"{one}"' for one in asked.without)
    # Said without its own `or` binding: `a or b -c` would leave c out of b alone.
    said = func.websearch_to_tsquery(ENGLISH, bindparam("asked", wanted))
    query = query.where(VECTOR.op("@@")(said))
    if without:
        besides = func.websearch_to_tsquery(ENGLISH, bindparam("besides", without))
        query = query.where(VECTOR.op("@@")(besides))
    # The weights of D, C, B and A; 1: a long text is not better for being long.
    rank = func.ts_rank(literal_column("'{0, 0.25, 0.5, 1}'::float4[]"), VECTOR, said, 1)
    return query.order_by(rank.desc(), index.c.subject)


ENGLISH: Any = literal_column("'english'::regconfig")
VECTOR: Any = literal_column("vector")


def _quoted(phrases: Sequence[str], between: str) -> str:
    return between.join(f'"{one}"' for one in phrases)
