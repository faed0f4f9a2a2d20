"""What the reader may do at an open review, and in words why not.

Only for drawing forms: the actions ask for themselves, and have the last word.
"""

from dataclasses import dataclass

from gonogo.core.roles import Action, Role
from gonogo.core.verdicts import Verdict
from gonogo.core.wording import asked, title
from gonogo.domain.gates.reads import Reviewed
from gonogo.domain.gates.rules import Standing
from gonogo.store.work import Work


@dataclass(frozen=True, slots=True)
class Choice:
    """A condition that can be waived."""

    key: str
    says: str


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the reader may do; a reason stands only where a role would allow it otherwise."""

    sign_as: tuple[Role, ...] = ()
    """Roles in which the reader can sign."""
    cannot_sign: str = ""
    waive_as: tuple[Role, ...] = ()
    """Roles in which the reader can waive."""
    waivable: tuple[Choice, ...] = ()
    cannot_waive: str = ""
    withdraw_as: tuple[Role, ...] = ()
    """Roles whose waivers the reader can take back."""
    decide: bool = False
    go: bool = False
    """Whether nothing stands between the review and the decision go."""
    cannot_decide: str = ""


NOTHING = Allowed()
"""A decided review is final."""


def allowed(work: Work, seen: Reviewed, standing: Standing) -> Allowed:
    """What the caller may do at the open review `seen`."""
    lineage = work.subjects.lineage(seen.review.subject)
    held = work.caller.roles(lineage)
    signs, waives, decides = (
        work.caller.refuses(action, lineage) is None
        for action in (Action.REVIEW_SIGN, Action.REVIEW_WAIVE, Action.REVIEW_DECIDE)
    )
    author = work.caller.actor == standing.author
    no_sign = _no_sign(work, seen, held, author=author)
    no_waive = _no_waive(seen, held, author=author)
    waivers = tuple(role for role in seen.gate.waivable_by if role in held) if waives else ()
    return Allowed(
        sign_as=tuple(r for r in seen.poll.missing if r in held) if signs and not no_sign else (),
        cannot_sign=no_sign if signs else "",
        waive_as=() if no_waive else waivers,
        waivable=_waivable(seen),
        cannot_waive=no_waive if waives else "",
        withdraw_as=() if author else waivers,
        decide=decides and not author,
        go=not seen.poll.lacks,
        cannot_decide=AUTHOR if decides and author else "",
    )


AUTHOR = "You made this version, and the author does not approve it."


def _no_sign(work: Work, seen: Reviewed, held: frozenset[Role], *, author: bool) -> str:
    """Why the caller cannot sign; "" where it can."""
    if author:
        return AUTHOR
    actor = str(work.caller.actor)
    mine = next((one for one in seen.sign_offs if one.user == actor), None)
    if mine is not None:
        return f"You signed as {mine.role}; each role is signed by another person."
    if not seen.poll.missing:
        return "Every role has signed."
    if held.isdisjoint(seen.poll.missing):
        return f"Waiting for a role that you do not hold: {', '.join(seen.poll.missing)}."
    return ""


def _no_waive(seen: Reviewed, held: frozenset[Role], *, author: bool) -> str:
    if author:
        return AUTHOR
    if not seen.gate.waivable_by:
        return "The policy lets nobody waive a condition of this gate."
    if held.isdisjoint(seen.gate.waivable_by):
        return f"The policy lets only these waive: {', '.join(seen.gate.waivable_by)}."
    if not _waivable(seen):
        return "Nothing needs a waiver."
    return ""


def _waivable(seen: Reviewed) -> tuple[Choice, ...]:
    return tuple(
        Choice(row.condition.key, f"{title(row.condition)} {asked(row.condition)}")
        for row in seen.poll.rows
        if row.counts_as is not Verdict.GO
    )
