"""Keeps score of forecasts: what they claim, what became of it, and what finished steps took.

Follows the ledger: forecasts and registered hypotheses make claims; wordings of plans and decisions
about hypotheses say what became of them. How far each was read is kept in the Work that scores, so
that a crash repeats and never loses; scoring again what is scored writes nothing.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from gonogo.core.caller import SYSTEM
from gonogo.core.chain import Entry
from gonogo.core.errors import Invalid
from gonogo.domain.boards import following as boards
from gonogo.domain.boards import reads as boards_told
from gonogo.domain.boards.tables import KeptForecast as KeptBoardForecast
from gonogo.domain.hypotheses import tables as hypotheses
from gonogo.domain.hypotheses.rules import State
from gonogo.domain.plans import following, progress
from gonogo.domain.plans import reads as plans
from gonogo.domain.plans.file import parse
from gonogo.domain.plans.rules import Plan
from gonogo.domain.plans.tables import KeptForecast
from gonogo.domain.track_record import actions, reads, rules, tables
from gonogo.domain.track_record.rules import Claim, FinishedStep, Progress
from gonogo.store import cursors
from gonogo.store.work import OpenWork, Work

FORECASTS, BOARDS, REGISTERED, PLANS, DECIDED = (
    "track-record-forecasts",
    "track-record-boards",
    "track-record-hypotheses",
    "track-record-plans",
    "track-record-decisions",
)
"""Names under which is kept how far each was read."""
KINDS = {REGISTERED: "hypothesis", PLANS: "case-plan", DECIDED: "decision"}
BATCH = 50
BEFORE = 60
"""Wordings before one that are read for what a step was estimated at."""


def follow(open_work: OpenWork) -> int:
    """Read what is new in the ledger and keep score by it; how many entries that were."""
    done = 0
    while read := _batch(open_work):
        done += read
    return done


def pass_time(open_work: OpenWork) -> int:
    """Score what has become certain as its date has passed; how many claims that were."""
    with open_work(SYSTEM, write=False) as work:
        due = reads.due(work, work.now.date().isoformat())
    found = 0
    for case in due:
        with open_work(SYSTEM) as work:
            found += score_plan(work, case)
    return found


def _batch(open_work: OpenWork) -> int:
    with open_work(SYSTEM, write=False) as work:
        if not any(_unread(work).values()) and not _unclaimed(work) and not _of_boards(work):
            return 0
    with open_work(SYSTEM) as work:
        forecasts, of_boards, unread = _unclaimed(work), _of_boards(work), _unread(work)
        for position, kept in forecasts:
            tables.claim(work, _claims(kept, plans.told(work, kept)))
            cursors.move(work, FORECASTS, position)
        for position, by_throughput in of_boards:
            tables.claim(work, _board_claims(work, by_throughput))
            cursors.move(work, BOARDS, position)
        tables.claim(work, [_prior(entry) for entry in unread[REGISTERED]])
        # What forecasts claim must be known before it is said what became of it.
        if not forecasts and not of_boards and not unread[REGISTERED]:
            for case in dict.fromkeys(_case(entry) for entry in unread[PLANS]):
                score_plan(work, case)
            for entry in unread[PLANS]:
                _finish(work, entry)
            for entry in unread[DECIDED]:
                _settled(work, entry)
        else:
            unread |= {PLANS: [], DECIDED: []}
        for name, entries in unread.items():
            if entries:
                cursors.move(work, name, entries[-1].position)
        return len(forecasts) + len(of_boards) + sum(map(len, unread.values()))


def _unread(work: Work) -> dict[str, list[Entry]]:
    return {
        name: work.ledger.tail(cursors.read(work, name), BATCH, kind=kind)
        for name, kind in KINDS.items()
    }


def _unclaimed(work: Work) -> list[tuple[int, KeptForecast]]:
    return following.forecasts_after(work, cursors.read(work, FORECASTS), BATCH)


def _of_boards(work: Work) -> list[tuple[int, KeptBoardForecast]]:
    return boards.forecasts_after(work, cursors.read(work, BOARDS), BATCH)


def _board_claims(work: Work, kept: KeptBoardForecast) -> list[Claim]:
    """What a forecast by throughput claims of its milestone, all of a board being the plan's goal.

    It is scored by what the plan says of the milestone, as the plan's own forecasts are. Without a
    plan nobody says when it is reached, and nothing is claimed.
    """
    saved = plans.in_force(work, kept.case)
    if saved is None:
        return []
    name, told = kept.step or saved.goal or "", boards_told.told(work, kept)["detail"]

    def one(what: str, said: float, day: str) -> Claim:
        return Claim(kept.case, what, name, kept.number, said, day, kept.made_at, kept.entry)

    names = {share: what for what, share in rules.BOARD_SHARES.items()}
    found = [
        one(names[each["share"]], each["share"], each["date"])
        for each in told["percentiles"]
        if each["share"] in names and each["date"] is not None
    ]
    if kept.on_time is not None and kept.deadline is not None:
        found.append(one(rules.BOARD_DEADLINE, kept.on_time, kept.deadline))
    return found


def _claims(kept: KeptForecast, told: Mapping[str, Any]) -> list[Claim]:
    """What a forecast claims: dates of milestones, the deadline, probabilities of hypotheses."""

    def one(what: str, name: str, said: float, day: str | None = None) -> Claim:
        return Claim(kept.case, what, name, kept.number, said, day, kept.made_at, kept.entry)

    goal, steps = told["goal"], told["steps"]
    done = {step["step"] for step in steps if step["done"]}
    milestones = {step["step"]: step for step in steps if step["milestone"]}
    ahead = {name: step["dates"] for name, step in milestones.items() if name not in done}
    found = []
    if goal not in done and len(done) < len(steps):
        ahead[goal or ""] = told["dates"]
        chance = told["on_time"]
        if chance is not None and "value" in chance:
            found.append(one(rules.DEADLINE, goal or "", chance["value"], told["deadline"]))
    for name in set(ahead) & set(milestones) - {goal}:
        chance = milestones[name].get("on_time")
        if chance is not None and "value" in chance:
            due = milestones[name]["deadline"]
            found.append(one(rules.DEADLINE, name, chance["value"], due))
    names = {share: what for what, share in rules.SHARES.items()}
    found += [
        one(names[each["share"]], name, each["share"], each["date"])
        for name, dates in ahead.items()
        for each in dates
        if each["share"] in names and each["date"] is not None
    ]
    found += [
        one(rules.LEARNED, slug, chance["probability"])
        for slug, chance in told["chances"].items()
        if chance["settled"] is None
    ]
    return found


def _prior(entry: Entry) -> Claim:
    """What was said of a hypothesis when it was registered."""
    case, _, slug = entry.subject.partition(":")[2].partition("/")
    said = msgspec.json.decode(entry.body)["prior"]
    return Claim(case, rules.PRIOR, slug, 0, said, None, entry.at, entry.digest)


def score_plan(work: Work, case: str) -> int:
    """Score what forecasts of the plan of a use case said, by its wording in force; how many."""
    saved = plans.in_force(work, case)
    plan = None if saved is None else _parsed(saved.text)
    if plan is None:
        return 0
    before = reads.claims(work, case, what=rules.PLANNED)
    settled = _outcomes(work, case, plan)
    now = {
        name: Progress(
            progress.has(plan, name or None),
            progress.reached(plan, name or None, settled),
            plan.calendar,
        )
        for name in {one.name for one in before}
    }
    today = work.now.date()
    after = [rules.planned(one, now[one.name], today) for one in before]
    return actions.score(work, before, after)


def _outcomes(work: Work, case: str, plan: Plan) -> dict[str, bool]:
    found = {slug: hypotheses.get(work, case, slug).state for slug in plan.hypotheses}
    return {slug: state is State.SUPPORTED for slug, state in found.items() if state != State.OPEN}


def _settled(work: Work, entry: Entry) -> None:
    """Score what was said of a hypothesis, where the decision is about one."""
    kind, _, name = entry.subject.partition(":")
    if kind != "hypothesis":
        return
    case, _, slug = name.partition("/")
    state = hypotheses.get(work, case, slug).state
    supported = None if state is State.ABANDONED else state is State.SUPPORTED
    before = reads.claims(work, case, state=rules.OPEN, what=rules.BELIEVED, name=slug)
    if state is not State.OPEN:
        actions.score(work, before, [rules.believed(one, supported) for one in before])


def _finish(work: Work, entry: Entry) -> None:
    """Note what steps took that a wording of a plan says are done, and forget what is undone."""
    case, body = _case(entry), msgspec.json.decode(entry.body)
    plan = _parsed(body["text"])
    if plan is None:
        return
    known = {one.step: one for one in reads.finished(work) if one.case == case}
    done = progress.to_measure(plan)
    for step in plan.steps:
        if step.key in known and step.key not in done:
            tables.unfinish(work, case, step.key)
    new = [step for key, step in done.items() if not _same(known.get(key), step.begun, step.done)]
    if not new:
        return
    before = [
        wording
        for one in plans.wordings(work, case)
        if one.number < body["number"] and (wording := _parsed(one.text)) is not None
    ][:BEFORE]
    for step in new:
        took = progress.took(plan, step, before)
        if took is not None:
            tables.finish(
                work,
                FinishedStep(
                    case,
                    step.key,
                    took.estimate,
                    took.days,
                    took.begun.isoformat(),
                    took.done.isoformat(),
                    entry.digest,
                ),
            )


def _same(known: FinishedStep | None, begun: date | None, done: date | None) -> bool:
    if known is None or begun is None or done is None:
        return False
    return (known.begun, known.done) == (begun.isoformat(), done.isoformat())


def _parsed(text: str) -> Plan | None:
    try:
        return parse(text)
    except Invalid:
        # A wording of earlier rules keeps nobody from keeping score of the others.
        return None


def _case(entry: Entry) -> str:
    return entry.subject.partition(":")[2]
