"""What policies would have brought, before one goes live: judged by decisions drawn by chance.

From the decision log of a release that drew its arms, or from a dataset of logged decisions; kept
as evidence about the use case, which the start of a bandit cites.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import LEVEL
from gonogo.checks.off_policy import Foretold, off_policy_reward
from gonogo.core.caller import Caller
from gonogo.core.canonical import Json
from gonogo.core.errors import Conflict, Invalid
from gonogo.core.releasing import Strategy
from gonogo.core.roles import Action
from gonogo.core.specs.value import ESTIMATORS, OFF_POLICY
from gonogo.core.subjects import Subject, SubjectKind
from gonogo.domain.datasets import reads as datasets
from gonogo.domain.datasets.rules import DatasetVersion
from gonogo.domain.evidence import actions as evidence
from gonogo.domain.evidence.rules import of_finding
from gonogo.domain.releases import reads, tables
from gonogo.domain.releases.route_settings import BanditSettings, settings_of
from gonogo.domain.releases.rules import Release
from gonogo.flows.drawn import Columns, Read, of_log, of_table
from gonogo.stats.policies import FOLDS, targets
from gonogo.store.files import Files
from gonogo.store.work import OpenWork, Work

BY_CHANCE = frozenset({Strategy.CANARY, Strategy.AB, Strategy.BANDIT})
"""Strategies whose arms are drawn, so that another policy can be judged by them."""
MOST_COLUMNS = 64
CITED = 20
"""Pieces of evidence that a start cites at most."""
PREFERRED = "doubly-robust"
"""The estimator that is named first: the one with the least variance as a rule."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be judged, by what."""

    case: str
    reward: str = "label"
    """`label` or `value` of outcomes, where the decision log is read."""
    context: tuple[str, ...] | None = None
    """Features that LinUCB reads; None: those of the route's settings."""
    level: float = LEVEL
    parameters: Mapping[str, float] = field(default_factory=dict)
    """LinUCB's `epsilon` and `exploration`, where they are not those of the route."""
    release: int | None = None
    """Number of the release whose decisions are read; None: the last that drew its arms."""
    data: str | None = None
    """A dataset version of logged decisions instead."""
    columns: Columns | None = None
    """Of that dataset."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is read, and by which settings."""

    asked: Asked
    source: Release | DatasetVersion
    bandit: BanditSettings

    @property
    def context(self) -> tuple[str, ...]:
        """The features that LinUCB reads."""
        return self.bandit.context if self.asked.context is None else self.asked.context

    @property
    def parameters(self) -> dict[str, float]:
        """Of LinUCB."""
        return {**self.bandit.parameters, **self.asked.parameters}

    @property
    def reward(self) -> str:
        """What the reward is read from."""
        return self.asked.reward if self.asked.columns is None else self.asked.columns.reward


@dataclass(frozen=True, slots=True)
class Study:
    """Policies as they were judged, all by the same decisions."""

    read: Read
    findings: tuple[Finding, ...]
    """By policy, and for each by estimator."""
    entries: tuple[str, ...]
    """Digests of the evidence, one for each finding."""


def estimate(open_work: OpenWork, caller: Caller, files: Files, log: Path, asked: Asked) -> Study:
    """Judge policies and keep what was found as evidence; reading is outside of any Work.

    Raises `NotFound`, `Forbidden`, `Invalid`, and `Conflict` where no release drew its arms.
    """
    with open_work(caller, write=False) as work:
        prepared = prepare(work, asked)
    read = read_of(files, log, prepared)
    if not read.log.taken.size:
        raise Conflict(
            field="data" if asked.data else "release",
            value=f"{read.waiting:,} decisions wait for their reward",
            expected="logged decisions whose reward is known",
        )
    findings = judged(prepared, read)
    about = str(Subject(SubjectKind.CASE, asked.case))
    drafts = [of_finding(one, subject=about, data=asked.data) for one in findings]
    with open_work(caller) as work:
        entries = evidence.record(work, drafts, reproduced=True)
    return Study(read, findings, tuple(entry.digest for entry in entries))


def prepare(work: Work, asked: Asked) -> Prepared:
    """What is to be read, for a caller who may measure; raises as `estimate`."""
    subject = work.subjects.need(Subject(SubjectKind.CASE, asked.case), field="case")
    work.allow(Action.EVIDENCE_REPRODUCE, on=subject)
    if asked.reward not in {"label", "value"}:
        raise Invalid(field="reward", value=asked.reward, expected="label or value")
    if (asked.data is None) is not (asked.columns is None):
        raise Invalid(
            field="data", value=asked.data, expected="a dataset with its columns, or neither"
        )
    live = tables.live_of(work, asked.case)
    bandit = settings_of({} if live is None else live.settings).bandit
    source = (
        _release(work, asked) if asked.data is None else datasets.need(work, asked.data, "data")
    )
    found = Prepared(asked, source, bandit)
    if len(found.context) > MOST_COLUMNS:
        raise Invalid(
            field="context", value=len(found.context), expected=f"at most {MOST_COLUMNS} features"
        )
    return found


def read_of(files: Files, log: Path, prepared: Prepared) -> Read:
    """The decisions with their rewards; raises `Invalid` where there are none to go by."""
    if isinstance(prepared.source, DatasetVersion):
        columns = prepared.asked.columns
        if columns is None:
            raise Invalid(field="columns", expected="which columns say what")
        return of_table(datasets.frame(files, prepared.source), columns, prepared.context)
    return of_log(log, prepared.source, prepared.asked.reward, prepared.context)


def judged(prepared: Prepared, read: Read) -> tuple[Finding, ...]:
    """Every policy by every estimator; raises `Invalid` for parameters LinUCB does not take."""
    about: dict[str, str | int | float | bool] = {
        "level": prepared.asked.level,
        "reward": prepared.reward,
    }
    if isinstance(prepared.source, Release):
        about["release"] = prepared.source.id
    more = _detail(prepared, read)
    found = []
    try:
        for one in targets(read.log, prepared.parameters):
            foretold = Foretold(one.taken, one.expected)
            for estimator in ESTIMATORS:
                with_ = {**about, "policy": one.policy, "estimator": estimator}
                finding = off_policy_reward(one.logged, with_, foretold)
                found.append(replace(finding, detail={**finding.detail, **more}))
    except ValueError as error:
        raise Invalid(
            field="parameters", value=str(prepared.parameters), expected=str(error)
        ) from error
    return tuple(found)


def of_case(work: Work, case: Subject) -> tuple[str, ...]:
    """The evidence of the last study of a use case, which the start of a bandit cites."""
    current = work.ledger.latest(case, [OFF_POLICY])
    if not current:
        return ()
    last = max(one.evidence.at for one in current)
    found = [one for one in current if one.evidence.at == last]
    found.sort(key=lambda one: one.evidence.parameters["estimator"] != PREFERRED)
    return tuple(one.digest for one in found[:CITED])


def _release(work: Work, asked: Asked) -> Release:
    if asked.release is not None:
        found = tables.get(work, asked.case, asked.release)
        if found.strategy not in BY_CHANCE:
            raise Conflict(
                field="release",
                value=f"{found.id} is {found.strategy}",
                expected=f"one that draws its arms: {', '.join(sorted(BY_CHANCE))}",
            )
        return found
    for one in reads.listed(work, case=asked.case).items:
        if one.strategy in BY_CHANCE:
            return one
    raise Conflict(
        field="release",
        value=None,
        expected="a release that draws its arms (ab, bandit or canary), or a dataset of decisions "
        "logged with their chances",
    )


def _detail(prepared: Prepared, read: Read) -> dict[str, Json]:
    log = read.log
    counts = np.bincount(log.taken, minlength=len(log.arms))
    return {
        "decisions": int(log.taken.size),
        "known": read.known,
        "waiting": read.waiting,
        "arms": {name: int(n) for name, n in zip(log.arms, counts, strict=True)},
        "context": list(prepared.context),
        "standardised": {name: list(ends) for name, ends in read.scaling.items()},
        "parameters": dict(prepared.parameters),
        "folds": FOLDS,
    }
