"""Measuring on the server, asked for by one and done by another: joined from the rooms it reads."""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from gonogo.checks.findings.finding import Asked
from gonogo.core.caller import SYSTEM, Caller
from gonogo.core.canonical import Json
from gonogo.core.errors import Forbidden
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.domain.accounts import tables as accounts
from gonogo.domain.evidence import actions as evidence
from gonogo.domain.evidence.rules import EvidenceDraft
from gonogo.domain.measurements import actions, tables
from gonogo.domain.measurements.rules import Measurement, State, refusal
from gonogo.domain.models.measuring import Wanted
from gonogo.flows import dataset_measuring, reproduction
from gonogo.store.files import Files
from gonogo.store.work import OpenWork, Work

LOOK_SECONDS = 0.1
"""Between two looks at whether it has ended."""
Tell = Callable[[int, int, str], None]
"""Told how many checks of how many are done, and which comes next."""


def ask(work: Work, subject: Subject, asked: Mapping[str, Json]) -> Measurement:
    """Have the server measure a model version or a dataset version itself, in the background.

    `asked` is the request as it travels. What can be refused without measuring is refused now:
    raises `NotFound`, `Forbidden` and `Invalid` as `prepared` of the kind does.
    """
    _prepared(work, subject, asked)
    return actions.ask(work, subject, asked)


def soon(open_work: OpenWork, caller: Caller, made: Measurement, seconds: float) -> Measurement:
    """The measurement as it stands when it has ended, or after these seconds.

    Of one that was refused meanwhile nothing is kept: raises what it was refused for.
    """
    found = made
    for left in range(round(seconds / LOOK_SECONDS), -1, -1):
        with open_work(caller, write=False) as work:
            found = tables.get(work, made.id)
        if not found.is_open or not left:
            break
        time.sleep(LOOK_SECONDS)
    if found.state is State.FAILED:
        with open_work(caller) as work:
            actions.withdraw(work, found)
        raise refusal(found)
    return found


def measured(
    open_work: OpenWork, files: Files, taken: Measurement, at: datetime, tell: Tell
) -> Sequence[str]:
    """Measure one that was taken up, and record it; digests of the evidence.

    In the name of who asked, with no more than that account may now. Evidence and the end of the
    measurement are one Work, so that one who was thought lost and comes back records nothing.
    """
    with open_work(SYSTEM, write=False) as work:
        caller = _asker(work, taken)
    with open_work(caller, write=False) as work:
        work.allow(Action.EVIDENCE_REPRODUCE, on=taken.subject)
        measure = _prepared(work, taken.subject, taken.asked)
    drafts = measure(files, at, tell)
    with open_work(caller) as work:
        if not actions.is_ours(work, taken):
            return ()
        entries = [one.digest for one in evidence.record(work, drafts, reproduced=True)]
        actions.finish(work, taken, entries)
    return entries


Measure = Callable[[Files, datetime, Tell], Sequence[EvidenceDraft]]


def _prepared(work: Work, subject: Subject, asked: Mapping[str, Any]) -> Measure:
    """What is to be measured, read now; measuring itself comes outside of any Work."""
    name, version = subject.name, str(subject.version)
    said = asked.get("checks")
    checks = None if said is None else [Asked(one["check"], one["with"]) for one in said]
    if subject.kind is SubjectKind.DATASET:
        rows = dataset_measuring.prepared(work, name, version, asked.get("reference"))
        return lambda files, at, _: dataset_measuring.measured(files, rows, checks, at)
    model = reproduction.prepared(work, name, version, asked.get("data"), checks or ())
    wanted = Wanted(
        tuple(asked.get("groups") or ()), asked["level"], asked["seed"], tuple(checks or ())
    )
    return lambda files, _, tell: reproduction.measured(files, model, wanted, tell)


def _asker(work: Work, taken: Measurement) -> Caller:
    """Who asked, as that account stands now; raises `Forbidden` where it is disabled."""
    user = accounts.find_user(work, str(taken.actor))
    if user.disabled:
        raise Forbidden(field="caller", value=str(taken.actor), expected="an account in use")
    return Caller(
        user.subject,
        user.title,
        user.grants,
        None if taken.only is None else frozenset(Action(one) for one in taken.only),
        None if taken.within is None else Subject.parse(taken.within),
    )
