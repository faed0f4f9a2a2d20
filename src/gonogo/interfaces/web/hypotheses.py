"""Hypotheses: the list, one of them, registering it, and what becomes of it."""

import re
from collections.abc import Mapping
from typing import Any

from fastapi import Response

from gonogo.core.catalogue import check_spec
from gonogo.core.errors import GonogoError, Invalid
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject
from gonogo.domain.cases import tables as cases
from gonogo.domain.hypotheses import actions, linking, papers, rules, tables
from gonogo.interfaces.web.forms import nested, parameters, parsed, refused_page, shaped
from gonogo.interfaces.web.kit import Done, Form, Pages, Shown, go
from gonogo.schemas import hypotheses as schemas
from gonogo.schemas import library as library_schemas
from gonogo.store.work import Work
from gonogo.views import hypotheses as views
from gonogo.views import hypothesis_forms
from gonogo.views.hypothesis_forms import HypothesisFormPage
from gonogo.views.refused import Refused

pages = Pages("hypotheses")

PAPER = ("reference", "title", "authors", "year", "note")
CRITERION = re.compile(r"criteria\.(\d{1,3})\.(\w+)")
MOST_CRITERIA = 50


@pages.get("/hypotheses", template="hypotheses.html")
def listed(
    work: Work,
    case: str = "",
    state: str = "",
    mine: str = "",
    negative: str = "",
    text: str = "",
    cursor: str | None = None,
) -> views.HypothesesPage | Response:
    """Hypotheses; what did not work is in the library."""
    if _said(negative):
        return go(Done("/library"))
    if state and state not in list(rules.State):
        raise Invalid(field="state", value=state, expected=f"one of {', '.join(rules.State)}")
    wanted = views.Wanted(case, state, _said(mine), text)
    return views.listed(work, wanted, cursor)


@pages.get("/hypotheses/{case}/{slug}", template="hypothesis.html")
def show(work: Work, case: str, slug: str) -> views.HypothesisPage:
    """One hypothesis with its standing."""
    return views.hypothesis(work, case, slug)


# -- registering -----------------------------------------------------------------------------


@pages.get("/cases/{case}/hypotheses/new", template="hypothesis_form.html")
def new(work: Work, case: str) -> HypothesisFormPage:
    """The form of a new hypothesis."""
    work.allow(Action.HYPOTHESIS_REGISTER, on=cases.get(work, case).subject)
    return hypothesis_forms.form(work, case)


def _new_again(work: Work, case: str, form: Form, refused: GonogoError) -> Shown:
    return _form(work, case, form, refused=_at_field(refused_page(refused)))


@pages.post("/cases/{case}/hypotheses", action=Action.HYPOTHESIS_REGISTER, again=_new_again)
def register(work: Work, case: str, form: Form) -> Done | Shown:
    """Register a hypothesis; from now on runs may count for it, and nobody edits it."""
    if "more" in form:
        work.allow(Action.HYPOTHESIS_REGISTER, on=cases.get(work, case).subject)
        return _form(work, case, form, more=1)
    if "tried" in form:
        work.allow(Action.HYPOTHESIS_REGISTER, on=cases.get(work, case).subject)
        return _form(work, case, form)
    asked = asked_of(form)
    made = actions.register(work, case, asked.slug, _statement(asked))
    says = "It is registered: from now on runs count for it, and nobody edits it."
    return Done(f"/hypotheses/{case}/{made.slug}", says)


def _form(
    work: Work, case: str, form: Form, *, more: int = 0, refused: Refused | None = None
) -> Shown:
    values = compacted(form)
    there = len({found[1] for name in values if (found := CRITERION.fullmatch(name))})
    criteria = max(1, min(there + more, MOST_CRITERIA))
    page = hypothesis_forms.form(work, case, values=values, criteria=criteria, refused=refused)
    return Shown("hypothesis_form.html", page)


def compacted(form: Form) -> dict[str, str]:
    """`form` without the criteria that were left empty, the others numbered from 0.

    >>> compacted({"criteria.0.check": "", "criteria.2.check": "a", "slug": "trees"})
    {'slug': 'trees', 'criteria.0.check': 'a'}
    """
    found: dict[int, dict[str, str]] = {}
    kept: dict[str, str] = {}
    for name, text in form.items():
        place = CRITERION.fullmatch(name)
        if place is None:
            kept[name] = text
        else:
            found.setdefault(int(place[1]), {})[place[2]] = text
    filled = [found[place] for place in sorted(found) if any(map(str.strip, found[place].values()))]
    for number, criterion in enumerate(filled):
        kept |= {f"criteria.{number}.{name}": text for name, text in criterion.items()}
    return kept


def asked_of(form: Form) -> schemas.NewHypothesis:
    """A filled-in form as the hypothesis it asks for; raises `Invalid` naming the field."""
    said = nested(compacted(form))
    for number, criterion in enumerate(said.get("criteria", ())):
        if "with" in criterion:
            place = f"criteria.{number}"
            spec = check_spec(criterion.get("check", ""), f"{place}.check")
            criterion["with"] = parameters(criterion["with"], spec, f"{place}.with")
    if isinstance(said.get("design"), dict):
        said["design"] = _whole(said["design"])
    return shaped(schemas.NewHypothesis, said)


def _whole(design: Mapping[str, str]) -> dict[str, Any]:
    """A design whose counts are numbers; what is none is left for the schema to refuse."""
    counts = ("folds", "repeats", "seed")
    return {
        name: int(text) if name in counts and re.fullmatch(r"-?[0-9]{1,12}", text) else text
        for name, text in design.items()
    }


def _statement(asked: schemas.NewHypothesis) -> rules.Statement:
    """What is asked, as the domain takes it."""
    said = asked.model_dump(exclude={"slug", "criteria", "design"})
    criteria = tuple(
        rules.criterion(one.model_dump(by_alias=True), f"criteria.{number}", asked.significance)
        for number, one in enumerate(asked.criteria)
    )
    design = rules.Design(**asked.design.model_dump())
    return rules.Statement(**said, criteria=criteria, design=design)


def _at_field(refused: Refused) -> Refused:
    """`refused` at a field that the form has: parameters are written in one."""
    place, has, parameter = refused.field.partition(".with.")
    if not has:
        return refused
    expected = f"for {parameter}: {refused.expected}"
    return Refused(refused.says, f"{place}.with", refused.value, expected)


# -- what becomes of it ----------------------------------------------------------------------


def _again(work: Work, case: str, slug: str, form: Form, refused: GonogoError) -> Shown:
    page = views.hypothesis(work, case, slug, values=form, refused=refused_page(refused))
    return Shown("hypothesis.html", page)


@pages.post("/hypotheses/{case}/{slug}/settle", action=Action.HYPOTHESIS_SETTLE, again=_again)
def settle(work: Work, case: str, slug: str, form: Form) -> Done:
    """Settle it by the criteria that were fixed beforehand."""
    asked = parsed(schemas.Settle, _only(form, "learned"))
    closed, _ = actions.settle(work, _subject(work, case, slug), learned=asked.learned)
    return Done(f"/hypotheses/{case}/{slug}", f"It is settled: {closed.state}.")


@pages.post("/hypotheses/{case}/{slug}/abandon", action=Action.HYPOTHESIS_SETTLE, again=_again)
def abandon(work: Work, case: str, slug: str, form: Form) -> Done:
    """Stop working on it, and say why."""
    asked = parsed(schemas.Abandon, _only(form, "reason"))
    actions.abandon(work, _subject(work, case, slug), reason=asked.reason)
    return Done(f"/hypotheses/{case}/{slug}", "It is abandoned; the ledger keeps the reason.")


# -- papers ----------------------------------------------------------------------------------


@pages.post("/hypotheses/{case}/{slug}/papers", action=Action.HYPOTHESIS_REGISTER, again=_again)
def link(work: Work, case: str, slug: str, form: Form) -> Done:
    """Link a paper, by reference or title, or all of a BibTeX file."""
    if form.get("bibtex", "").strip():
        sent = parsed(library_schemas.NewPapers, _only(form, "bibtex"))
        made = linking.import_bibtex(work, case, slug, sent.bibtex)
        return Done(f"/hypotheses/{case}/{slug}", f"{len(made)} linked.")
    asked = parsed(library_schemas.NewPaper, {name: form.get(name, "") for name in PAPER})
    linking.link(work, case, slug, _paper(asked), note=asked.note)
    return Done(f"/hypotheses/{case}/{slug}", "The paper is linked.")


@pages.post("/hypotheses/{case}/{slug}/papers/remove", action=Action.HYPOTHESIS_REGISTER)
def unlink(work: Work, case: str, slug: str, form: Form) -> Done:
    """Take a link away; the ledger keeps that it was there."""
    linking.unlink(work, case, slug, form.get("paper", ""))
    return Done(f"/hypotheses/{case}/{slug}", "The link is taken away.")


def _paper(asked: library_schemas.NewPaper) -> papers.Paper:
    doi, arxiv = papers.reference(asked.reference) if asked.reference else (None, None)
    return papers.paper(
        doi=doi, arxiv=arxiv, title=asked.title, authors=asked.authors, year=asked.year
    )


def _subject(work: Work, case: str, slug: str) -> Subject:
    return tables.get(work, case, slug).subject


def _only(form: Form, name: str) -> Form:
    return {name: form.get(name, "")}


def _said(text: str) -> bool:
    """Whether a checkbox or an address says yes.

    >>> _said("yes"), _said("true"), _said(""), _said("no")
    (True, True, False, False)
    """
    return text.lower() in {"yes", "true", "1", "on"}
