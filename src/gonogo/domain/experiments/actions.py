"""What can be done with a run: adopt it from the tracking server, count it for a hypothesis."""

from dataclasses import replace

from gonogo.core.caller import SYSTEM
from gonogo.core.roles import Action
from gonogo.core.subjects import ORGANISATION, Subject
from gonogo.core.times import stamp
from gonogo.core.tracking import TrackedRun
from gonogo.domain.experiments import reads, tables
from gonogo.domain.experiments.rules import (
    TAG,
    Run,
    Standing,
    body,
    check_counts,
    check_free,
    finite,
    named_hypothesis,
    run_subject,
    standing,
    used,
    worth_telling,
)
from gonogo.store.work import Work


def adopt(work: Work, run: TrackedRun, author: Subject | None = None) -> Run:
    """Keep a run as the tracking server tells of it now; adopting it again brings it up to date.

    `author` is who ran it, where that is known here. A run that names a hypothesis but does not
    count for it is kept, with the reason.
    """
    before = tables.find(work, run.run_id)
    found = _standing(work, run, before)
    _allow(work, found.hypothesis or ORGANISATION)
    return _keep(work, before, _run(run, found, before, author))


def count_for(
    work: Work, run: TrackedRun, hypothesis: Subject, author: Subject | None = None
) -> Run:
    """Let a run count for `hypothesis`, tagged or not.

    Raises `Invalid` where it started before the hypothesis was registered or after it was settled,
    `Conflict` where it counts for another one.
    """
    work.subjects.need(hypothesis, field="hypothesis")
    work.allow(Action.RUN_RECORD, on=hypothesis)
    named = replace(run, tags={**run.tags, TAG: hypothesis.name})
    found = standing(named, hypothesis, reads.window(work, hypothesis))
    check_counts(named, found)
    before = tables.find(work, run.run_id)
    check_free(before, hypothesis)
    return _keep(work, before, _run(named, found, before, author))


def _standing(work: Work, run: TrackedRun, before: Run | None) -> Standing:
    # What was settled stays settled: a tag that is changed later moves no run that counts.
    if before is not None and before.standing.counts:
        return before.standing
    hypothesis = named_hypothesis(run)
    window = None if hypothesis is None else reads.window(work, hypothesis)
    return standing(run, hypothesis, window)


def _allow(work: Work, on: Subject) -> None:
    if work.caller != SYSTEM:
        work.allow(Action.RUN_RECORD, on=on)


def _run(run: TrackedRun, found: Standing, before: Run | None, author: Subject | None) -> Run:
    known = None if before is None else before.actor
    machine, parent, watt_hours = used(run)
    return Run(
        run_id=run.run_id,
        experiment=run.experiment,
        name=run.name,
        user=run.user,
        # Whoever touches a run later does not take it over: its author could then sign it off.
        actor=known or (None if author is None else str(author)),
        status=run.status,
        started_at=stamp(run.started),
        ended_at=None if run.ended is None else stamp(run.ended),
        standing=found,
        params=dict(run.params),
        metrics=finite(run.metrics),
        entry="" if before is None else before.entry,
        machine=machine,
        parent=parent,
        watt_hours=watt_hours,
    )


def _keep(work: Work, before: Run | None, after: Run) -> Run:
    """Write what changed, and tell the ledger where it is worth telling."""
    if before == after:
        return after
    _place(work, before, after)
    if worth_telling(before, after):
        after = replace(after, entry=work.append("run", after.subject, body(after)).digest)
    if before is None:
        tables.put(work, after)
    else:
        tables.replace(work, after)
    return after


def _place(work: Work, before: Run | None, after: Run) -> None:
    """Below the hypothesis it counts for; all other runs stand below the organisation."""
    parent = after.standing.hypothesis if after.standing.counts else None
    subject = run_subject(after.run_id)
    if before is None:
        work.subjects.add(subject, parent=parent or ORGANISATION, title=after.name or after.run_id)
    elif before.standing != after.standing:
        work.subjects.move(subject, parent or ORGANISATION)
