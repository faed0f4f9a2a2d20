"""A choice of use cases as it was decided, and what is known of it later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from gonogo.core.canonical import Json
from gonogo.core.chain import Entry
from gonogo.core.decisions import Decision, Outcome
from gonogo.core.errors import Invalid, NotFound
from gonogo.core.evidence import measured_from_json, measured_to_json
from gonogo.core.roles import Action
from gonogo.core.subjects import ORGANISATION
from gonogo.domain.portfolio.rules import Answer
from gonogo.stats.estimate import Estimate, Measured
from gonogo.stats.portfolio.problem import Candidate
from gonogo.store.work import Work

MARK = '"portfolio":{'
"""In the body of every such decision."""
LONGEST = 4_000
"""Characters of a reason."""


@dataclass(frozen=True, slots=True)
class Part:
    """One use case that was to choose from."""

    case: str
    quarter: int | None
    """In which it starts, from 1; None where it is not done."""
    expected: float
    """What it is worth on average, started then; at once where it is not done."""
    spend: float
    worth: str
    """Digest of the worth that was known."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A choice that was decided."""

    entry: str
    position: int
    at: str
    by: str
    """Address of whoever decided."""
    rationale: str
    currency: str
    limits: Mapping[str, Any]
    """What was asked, as it travels."""
    parts: tuple[Part, ...]
    worth: Measured
    """Of the choice."""
    spend: float
    worst: float
    worst_share: float
    proven: bool

    @property
    def done(self) -> tuple[Part, ...]:
        """What is to be done, in the order in which it starts."""
        kept = [one for one in self.parts if one.quarter is not None]
        return tuple(sorted(kept, key=lambda one: (one.quarter or 0, one.case)))

    @property
    def left(self) -> tuple[Part, ...]:
        """What is not done, the greatest worth first."""
        rest = [one for one in self.parts if one.quarter is None]
        return tuple(sorted(rest, key=lambda one: (-one.expected, one.case)))


def check_reason(text: str) -> str:
    """The reason, if there is one; raises `Invalid`."""
    if not text.strip():
        raise Invalid(field="reason", value=text, expected="why this is chosen, in words")
    if len(text) > LONGEST:
        raise Invalid(field="reason", value=len(text), expected=f"{LONGEST:,} characters at most")
    return text.strip()


def decide(
    work: Work,
    currency: str,
    options: Sequence[Candidate],
    answer: Answer,
    worths: Mapping[str, str],
    limits: Mapping[str, Json],
    reason: str,
) -> Chosen:
    """Decide to do what was found best, citing the worth of all that was to choose from.

    `worths`: use case → digest of its worth. Raises `Forbidden`, and `Invalid` without a reason.
    """
    work.allow(Action.PORTFOLIO_DECIDE)
    parts = _parts(options, answer, worths)
    cites = tuple(dict.fromkeys(one.worth for one in parts))
    said: dict[str, Json] = {
        "currency": currency,
        "limits": dict(limits),
        "parts": [
            {
                "case": one.case,
                "quarter": one.quarter,
                "expected": one.expected,
                "spend": one.spend,
                "worth": one.worth,
            }
            for one in parts
        ],
        "worth": measured_to_json(answer.worth),
        "spend": answer.choice.spent,
        "worst": answer.worst,
        "worst_share": answer.worst_share,
        "proven": answer.choice.proven,
    }
    decision = Decision(Outcome.CHOSEN, check_reason(reason), cites)
    return to_chosen(work.decide(ORGANISATION, decision, {"portfolio": said}))


def listed(work: Work, limit: int = 20) -> list[Chosen]:
    """The choices that were decided, the newest first."""
    page = work.ledger.search(kind="decision", subject=str(ORGANISATION), text=MARK, limit=limit)
    return [to_chosen(entry) for entry in page.items if _is_choice(entry)]


def get(work: Work, name: str) -> Chosen:
    """The choice whose decision has this digest or position; raises `NotFound`."""
    missing = NotFound(field="choice", value=name, expected="the digest of a decided choice")
    if not (name.isascii() and name.isalnum()):
        raise missing
    entry = work.ledger.entry(name)
    if not _is_choice(entry):
        raise missing
    return to_chosen(entry)


def to_chosen(entry: Entry) -> Chosen:
    """The choice in a decision."""
    body = msgspec.json.decode(entry.body)
    said = body["portfolio"]
    return Chosen(
        entry=entry.digest,
        position=entry.position,
        at=entry.at,
        by=entry.actor,
        rationale=body["rationale"],
        currency=said["currency"],
        limits=said["limits"],
        parts=tuple(Part(**one) for one in said["parts"]),
        worth=measured_from_json(said["worth"]),
        spend=said["spend"],
        worst=said["worst"],
        worst_share=said["worst_share"],
        proven=said["proven"],
    )


def value_of(measured: Measured | None) -> float | None:
    """The number, where there is one."""
    return measured.value if isinstance(measured, Estimate) else None


def _is_choice(entry: Entry) -> bool:
    return entry.kind == "decision" and "portfolio" in msgspec.json.decode(entry.body)


def _parts(
    options: Sequence[Candidate], answer: Answer, worths: Mapping[str, str]
) -> tuple[Part, ...]:
    starts = answer.choice.starts
    return tuple(
        Part(
            case=one.name,
            quarter=starts[one.name] + 1 if one.name in starts else None,
            expected=one.expected * one.kept ** starts.get(one.name, 0),
            spend=one.spent,
            worth=worths[one.name],
        )
        for one in options
    )
