"""Registered models: the list, one model with its versions, and what was champion when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from gonogo.core.errors import NotFound
from gonogo.core.times import stamp
from gonogo.core.verdicts import Verdict
from gonogo.domain.accounts import reads as accounts
from gonogo.domain.cases import reads as cases
from gonogo.domain.cases.rules import Case
from gonogo.domain.models import reads
from gonogo.domain.models.rules import CHAMPION, Promotion, Version
from gonogo.store.work import Work
from gonogo.views.evidence import called
from gonogo.views.polls import VersionPoll, polled

MOST_POLLED = 25
"""Versions of a model that are polled on its page; older ones are listed without."""


@dataclass(frozen=True, slots=True)
class ModelLine:
    """One registered model."""

    name: str
    case: str
    case_title: str
    versions: int
    champion: str | None
    """Number of the version that decides in production."""
    newest: VersionPoll
    """Its newest version, polled."""


@dataclass(frozen=True, slots=True)
class ModelsPage:
    """All registered models."""

    headline: str
    rows: tuple[ModelLine, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version in one line."""

    number: str
    stage: str
    registered_at: str
    format: str
    author: str
    """How the account that made it is called."""
    sealed: str
    """Digest of the entry that registered it."""
    champion: bool
    polled: VersionPoll | None
    """What the gate before it says; None for the oldest, which are listed only."""


@dataclass(frozen=True, slots=True)
class Reign:
    """That an alias named a version for a time, and by which decision."""

    alias: str
    number: str | None
    since: str
    until: str | None
    """None while it still does."""
    decision: str
    """Digest of the decision."""
    rationale: str
    by: str
    """How the account that decided is called."""


@dataclass(frozen=True, slots=True)
class ChampionAt:
    """The answer to "what was champion at"."""

    at: str
    reign: Reign | None
    """None: nothing was."""


@dataclass(frozen=True, slots=True)
class ModelPage:
    """One registered model."""

    name: str
    case: str
    case_title: str
    policy: str
    headline: str
    versions: tuple[VersionLine, ...]
    aliases: Mapping[str, str | None]
    """What each alias names now."""
    reigns: tuple[Reign, ...]
    """What was champion when, newest first."""
    asked: ChampionAt | None
    asked_text: str
    """What was typed into the form."""


def models(work: Work, cursor: str | None = None) -> ModelsPage:
    """The registered models by name, each with its newest version polled."""
    page = reads.listed(work, cursor=cursor)
    newest = reads.latest_of_models(work, [model.name for model in page.items])
    about = cases.found(work, {model.case for model in page.items})
    polls = polled(work, list(newest.values()), about)
    by_name = dict(zip(newest, polls, strict=True))
    rows = tuple(
        ModelLine(
            name=model.name,
            case=model.case,
            case_title=about[model.case].text.title,
            versions=model.versions,
            champion=model.champion,
            newest=by_name[model.name],
        )
        for model in page.items
    )
    return ModelsPage(_headline(rows), rows, page.next)


def _headline(rows: Sequence[ModelLine]) -> str:
    if not rows:
        return "No model is registered yet."
    without = [row.name for row in rows if row.champion is None]
    if not without:
        return "Each of these models has a champion that decides in production."
    named = ", ".join(without[:3]) + (f" and {len(without) - 3} more" if len(without) > 3 else "")
    return f"No version decides in production yet: {named}."


def model(work: Work, name: str, at: datetime | None = None, typed: str = "") -> ModelPage:
    """One model; `at`: also what was champion then. Raises `NotFound`."""
    found = reads.versions_of(work, name)
    if not found:
        raise NotFound(field="model", value=name, expected="a registered model")
    slug = found[0].registration.case
    case = cases.found(work, {slug})[slug]
    lines = _lines(work, found, case)
    reigns = _reigns(work, reads.history(work, name))
    return ModelPage(
        name=name,
        case=slug,
        case_title=case.text.title,
        policy=case.text.policy,
        headline=_says(lines),
        versions=lines,
        aliases={one.alias: one.number for one in reversed(reigns)},
        reigns=reigns,
        asked=None if at is None else ChampionAt(stamp(at), _reign_at(reigns, stamp(at))),
        asked_text=typed,
    )


def _lines(work: Work, found: Sequence[Version], case: Case) -> tuple[VersionLine, ...]:
    names = accounts.names(work, {str(version.registration.author) for version in found})
    polls = polled(work, found[:MOST_POLLED], {case.slug: case})
    by_version: dict[str, VersionPoll] = {poll.version: poll for poll in polls}
    return tuple(_line(one, names, polls[0], by_version.get(str(one.subject))) for one in found)


def _line(
    version: Version, names: Mapping[str, str], newest: VersionPoll, poll: VersionPoll | None
) -> VersionLine:
    said = version.registration
    return VersionLine(
        number=said.number,
        stage=str(version.stage),
        registered_at=version.registered_at,
        format=said.format,
        author=called(names, str(said.author)),
        sealed=version.sealed,
        champion=newest.champion == str(version.subject),
        polled=poll,
    )


def _says(lines: Sequence[VersionLine]) -> str:
    newest = lines[0]
    live = next((line for line in lines if line.champion), None)
    decides = "No version decides in production yet"
    if live is not None:
        decides = f"Version {live.number} decides in production"
        step = None if live.polled is None else live.polled.next
        if step is not None and step.verdict is not Verdict.GO:
            decides += f", although its gate now says {step.verdict.value} ({step.says})"
    step = None if newest.polled is None else newest.polled.next
    if newest is live or step is None:
        return f"{decides}."
    stands = f"version {newest.number} stands before the gate {step.gate}"
    return f"{decides}; {stands}: {step.verdict.value}, {step.says}."


def _reigns(work: Work, history: Iterable[Promotion]) -> tuple[Reign, ...]:
    """`history` is newest first: each ended when the one before it in the list began."""
    listed = list(history)
    entries = work.ledger.entries_of({one.decision for one in listed})
    names = accounts.names(work, {entry.actor for entry in entries.values()})
    reigns = []
    until: dict[str, str] = {}
    for one in listed:
        entry = entries[one.decision]
        reigns.append(
            Reign(
                alias=one.alias,
                number=one.number,
                since=one.at,
                until=until.get(one.alias),
                decision=one.decision,
                rationale=str(msgspec.json.decode(entry.body).get("rationale", "")),
                by=called(names, entry.actor),
            )
        )
        until[one.alias] = one.at
    return tuple(reigns)


def _reign_at(reigns: Sequence[Reign], at: str) -> Reign | None:
    then = (one for one in reigns if one.alias == CHAMPION and one.since <= at)
    found = next(then, None)
    return None if found is None or found.number is None else found
