"""Erasing what the decision log says of somebody, and what is past its time; the ledger tells.

The decision stands before anything is taken out and what was taken out after it: killed between
the two, the order is on record and is given once more.
"""

import hashlib
import re
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from gonogo.core.caller import SYSTEM, Caller
from gonogo.core.canonical import Json
from gonogo.core.decisions import Decision, Outcome
from gonogo.core.errors import Invalid, Unavailable
from gonogo.core.roles import Action
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.core.times import Clock
from gonogo.domain.cases import tables as cases
from gonogo.records import erasing, keeping
from gonogo.records.erasing import Erased
from gonogo.records.retention import Retention
from gonogo.store.work import OpenWork


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was taken out about somebody, and what the ledger keeps of it."""

    decision: str
    """Digest of the decision."""
    who: str
    """In place of the name."""
    salt: str
    """Kept nowhere: whoever asked shows with it that the entry is about them."""
    done: Erased


def digest_of(entity: str, case: str, salt: str) -> str:
    """What the ledger keeps in place of a name.

    Without the salt nobody can try names until one fits: of cards and accounts there are few.
    """
    return hashlib.sha256(f"{salt}\n{case}\n{entity}".encode()).hexdigest()


def erase(
    open_work: OpenWork, caller: Caller, log: Path, case: str, entity: str, *, reason: str
) -> Erasure:
    """Take out what the decisions of a use case say of `entity`; `Invalid` where a reason names it.

    Decisions stay and are counted. Given twice, the second time nothing is left to take out.
    Raises `Unavailable` where files cannot be replaced.
    """
    salt = secrets.token_hex(16)
    who = digest_of(entity, case, salt)
    subject = Subject(SubjectKind.CASE, case)
    with open_work(caller) as work:
        work.allow(Action.DECIDED_ERASE, on=work.subjects.need(subject, field="case"))
        _check(entity, reason)
        decided = Decision(Outcome.ERASED, reason.strip(), cites=(cases.get(work, case).entry,))
        entry = work.decide(subject, decided, {"change": "erasure", "who": who}).digest
    try:
        done = erasing.erase(log, entity, case)
    except OSError as error:
        raise Unavailable(
            field="decision log",
            value=error.strerror or str(error),
            expected="a disk that can be written; the order is on record, give it once more",
        ) from error
    with open_work(caller) as work:
        rows: dict[str, Json] = asdict(done)
        work.append("erasure", subject, {"v": 1, "decision": entry, "who": who, "rows": rows})
    return Erasure(entry, who, salt, done)


def keep(open_work: OpenWork, log: Path, retention: Retention, clock: Clock) -> int:
    """Delete the days of decisions that are past their time; how many files those were."""
    if not log.is_dir():
        return 0
    gone = keeping.keep(log, retention, clock)
    if gone:
        with open_work(SYSTEM) as work:
            for case, done in gone.items():
                body: dict[str, Json] = {
                    "v": 1,
                    "days": retention.of(case),
                    "first": done.days[0],
                    "last": done.days[-1],
                    "rows": dict(done.rows),
                }
                work.append("retention", Subject(SubjectKind.CASE, case), body)
    return sum(done.files for done in gone.values())


def _check(entity: str, reason: str) -> None:
    if not entity.strip():
        raise Invalid(field="entity", value=entity, expected="who or what was decided about")
    if not reason.strip():
        raise Invalid(field="reason", value=reason, expected="a reason in words")
    if re.search(rf"(?<!\w){re.escape(entity)}(?!\w)", reason, re.IGNORECASE):
        # Not told back either: refusals are kept by whoever asked.
        raise Invalid(field="reason", expected="a reason that does not name whom it is about")
