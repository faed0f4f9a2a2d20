"""Command line: what was tried and learned, and the papers of hypotheses."""

from pathlib import Path
from typing import Annotated

import typer

from gonogo.core.errors import Invalid, NotFound
from gonogo.interfaces.cli.kit import AsJson, connected, listing, show
from gonogo.schemas.library import Lesson, Paper

LONGEST = 500_000
"""Characters of a BibTeX file that is sent."""
COLUMNS = (
    ("hypothesis", lambda one: f"{one.hypothesis.case}/{one.hypothesis.slug}"),
    ("state", lambda one: one.hypothesis.state),
    ("statement", lambda one: one.hypothesis.statement),
    ("learned", lambda one: one.hypothesis.learned or None),
    ("papers", lambda one: ", ".join(map(_reference, one.papers)) or None),
)

app = typer.Typer(help="Papers of a hypothesis: by DOI, arXiv id or title, or from BibTeX.")

Name = Annotated[str, typer.Argument(help="CASE/NAME, such as mortgage-approval/trees.")]


def library(
    text: Annotated[
        str, typer.Argument(help='Words that must be there; "a phrase"; -without.')
    ] = "",
    case: Annotated[str | None, typer.Option(help="Only of this use case.")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="In any state, not only refuted or inconclusive.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Search what did not work, and what was learned by it; the best first."""
    with connected() as client:
        found = client.library.search(text, case=case, everything=everything)
    empty = "Nothing of that kind is in the library."
    listing(found, as_json=as_json, columns=COLUMNS, empty=empty)


def tried(
    text: Annotated[str, typer.Argument(help="What you are about to claim, in your words.")],
    as_json: AsJson = False,
) -> None:
    """Has this been tried? Hypotheses in any state that share words with yours."""
    with connected() as client:
        found: list[Lesson] = client.library.tried(text)
    empty = "Nothing like it was registered before."
    listing(found, as_json=as_json, columns=COLUMNS, empty=empty)


@app.command(epilog="Example: gonogo hypothesis paper add churn/trees 10.1145/2433396.2433413")
def add(
    name: Name,
    reference: Annotated[str, typer.Argument(help="DOI or arXiv id; none: by its title.")] = "",
    title: Annotated[str, typer.Option(help="Title.")] = "",
    authors: Annotated[str, typer.Option(help="Authors, separated by semicolons.")] = "",
    year: Annotated[int | None, typer.Option(help="Year.")] = None,
    note: Annotated[str, typer.Option(help="What it has to do with the hypothesis.")] = "",
    as_json: AsJson = False,
) -> None:
    """Link a paper to a hypothesis."""
    case, slug = parts(name)
    with connected() as client:
        linked = (
            client.case(case)
            .hypothesis(slug)
            .link(reference, title=title, authors=authors, year=year, note=note)
        )
        show(linked, as_json=as_json)


@app.command("import", epilog="Example: gonogo hypothesis paper import churn/trees read.bib")
def import_(
    name: Name,
    file: Annotated[Path, typer.Argument(help="BibTeX; all of it is taken, or nothing.")],
    as_json: AsJson = False,
) -> None:
    """Link the papers of a BibTeX file; those that are linked already are left out."""
    case, slug = parts(name)
    with connected() as client:
        found = client.case(case).hypothesis(slug).import_bibtex(_read(file))
    _papers(found, as_json=as_json, empty="All of them were linked already.")


@app.command("list", epilog="Example: gonogo hypothesis paper list churn/trees")
def list_(name: Name, as_json: AsJson = False) -> None:
    """List the papers of a hypothesis."""
    case, slug = parts(name)
    with connected() as client:
        found = client.case(case).hypothesis(slug).papers()
    empty = f"No paper yet. Link one: gonogo hypothesis paper add {case}/{slug} DOI"
    _papers(found, as_json=as_json, empty=empty)


@app.command(epilog="Example: gonogo hypothesis paper remove churn/trees 4f0c…")
def remove(
    name: Name,
    entry: Annotated[str, typer.Argument(help="The entry that linked it, as `list` shows.")],
    as_json: AsJson = False,
) -> None:
    """Take a link away; the ledger keeps that it was there."""
    case, slug = parts(name)
    with connected() as client:
        show(client.case(case).hypothesis(slug).unlink(entry), as_json=as_json)


def parts(name: str) -> tuple[str, str]:
    """Use case and name of a hypothesis; raises `Invalid`.

    >>> parts("churn/trees")
    ('churn', 'trees')
    """
    case, slash, slug = name.removeprefix("hypothesis:").partition("/")
    if not (case and slash and slug):
        raise Invalid(field="hypothesis", value=name, expected="CASE/NAME")
    return case, slug


def _papers(found: list[Paper], *, as_json: bool, empty: str) -> None:
    listing(
        found,
        as_json=as_json,
        columns=(
            ("paper", _reference),
            ("title", lambda one: one.title or None),
            ("authors", lambda one: one.authors or None),
            ("year", lambda one: one.year and str(one.year)),
            ("note", lambda one: one.note or None),
            ("entry", lambda one: one.entry),
        ),
        empty=empty,
    )


def _reference(one: Paper) -> str:
    if one.doi:
        return f"doi:{one.doi}"
    return f"arXiv:{one.arxiv}" if one.arxiv else one.title


def _read(file: Path) -> str:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise NotFound(
            field="file", value=str(file), expected=f"a readable file ({error.strerror})"
        ) from error
    except UnicodeDecodeError as error:
        raise Invalid(field="file", value=str(file), expected="BibTeX in UTF-8") from error
    if len(text) > LONGEST:
        raise Invalid(field="file", value=len(text), expected=f"at most {LONGEST:,} characters")
    return text
