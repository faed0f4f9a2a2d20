"""Follows the ledger and lets the tracking server's alias `champion` name what was decided."""

import msgspec

from gonogo.core.caller import SYSTEM
from gonogo.core.chain import Entry
from gonogo.core.decisions import Outcome
from gonogo.core.gates import GateName
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.core.tracking import Tracking
from gonogo.domain.models import reads
from gonogo.domain.models.composition import PREFIX
from gonogo.domain.models.rules import CHAMPION
from gonogo.store import cursors
from gonogo.store.work import OpenWork

JOB = "aliases"
BATCH = 500
MOVED = frozenset({"finished", "rolled-back", "stopped"})
"""States of a release that change what is live, and with it the champion."""


def follow(open_work: OpenWork, tracking: Tracking) -> int:
    """Do what the decisions since the last time ask for; the number of aliases that were set.

    The cursor moves after the tracking server has answered: a crash in between sets the same
    alias again, which changes nothing. Raises `Unavailable` where the server does not answer;
    the next call begins at the same place.
    """
    done = 0
    while True:
        with open_work(SYSTEM, write=False) as work:
            after = cursors.read(work, JOB)
            # Decisions alone: evidence is written by the thousand, and must not wait for a cursor.
            entries = work.ledger.tail(after, BATCH, kind="decision")
            models = {model for entry in entries if (model := _promoted(entry)) is not None}
            named = {model: reads.champion(work, model) for model in sorted(models)}
        if not entries:
            return done
        for model, promotion in named.items():
            if promotion is not None and promotion.number is not None:
                _set(tracking, model, promotion.number)
                done += 1
        with open_work(SYSTEM) as work:
            if cursors.read(work, JOB) < entries[-1].position:
                cursors.move(work, JOB, entries[-1].position)


def _set(tracking: Tracking, model: str, number: str) -> None:
    """Name the champion; nobody where that is an ensemble, which is gonogo's alone.

    A name that stayed at the version before would be believed: whoever loads by it would decide by
    what lost. One that names nothing is noticed.
    """
    if number.startswith(PREFIX):
        tracking.drop_alias(model, CHAMPION)
    else:
        tracking.set_alias(model, CHAMPION, number)


def _promoted(entry: Entry) -> str | None:
    """The model whose champion a decision changed, if it did."""
    body = msgspec.json.decode(entry.body)
    if body.get("state") in MOVED and "release" in body:
        return Subject.parse(body["version"]).name
    subject = Subject.parse(body.get("subject", entry.subject))
    passed = body.get("gate") == GateName.PRODUCTION and body["outcome"] == Outcome.GO
    return subject.name if passed and subject.kind is SubjectKind.MODEL else None
