"""What use cases are worth, kept as evidence: whoever reads it need not simulate it again.

It is kept anew where its statement changed or its decisions were tried or counted; and so is the
worth of all use cases of a currency together.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256

import numpy as np

from gonogo.checks.findings.finding import Finding
from gonogo.checks.worth import risk_adjusted_npv
from gonogo.core.caller import SYSTEM
from gonogo.core.canonical import Json
from gonogo.core.conditions import Cited
from gonogo.core.evidence import measured_to_json
from gonogo.core.specs.value import NPV
from gonogo.core.subjects import ORGANISATION
from gonogo.domain.cases.rules import case_subject
from gonogo.domain.value import reads
from gonogo.domain.value.rules import LEVEL, Valued
from gonogo.flows.value import Known, all_known, rests_on, worth_of
from gonogo.stats.estimate import Estimate, Undefined
from gonogo.store.ledger import Draft
from gonogo.store.measured import evidence_of
from gonogo.store.work import OpenWork, Work

RESTS_ON = "rests_on"
ALL = "all use cases of the currency, each with its own luck; interval: the middle futures"


def refresh(open_work: OpenWork) -> int:
    """Keep every worth that is not kept as it is now; how many were written."""
    with open_work(SYSTEM, write=False) as work:
        if not reads.any_stated(work):
            return 0
        found = all_known(work)
        waits = _stale(found, reads.kept_worths(work, [one.case for one, _ in found]))
    if not waits:
        return 0
    for one in waits:
        worth_of(one)  # before anybody has to wait for this writer
    with open_work(SYSTEM) as work:
        return len(keep(work, all_known(work)))


def remember(open_work: OpenWork) -> int:
    """Simulate what all use cases are worth, so that it is remembered; how many those are."""
    with open_work(SYSTEM, write=False) as work:
        found = all_known(work) if reads.any_stated(work) else []
    for one in found:
        worth_of(one)
    return len(found)


def keep(work: Work, found: Sequence[Known]) -> dict[str, str]:
    """Keep what these are worth where it is not kept yet, and all together; the new digests.

    By name of the use case.
    """
    before = reads.kept_worths(work, [one.case for one, _ in found])
    waits = _stale(found, before)
    drafts = [
        evidence_of(work, case_subject(one[0].case), _finding(one), caller=SYSTEM) for one in waits
    ]
    entries = work.append_all(drafts)
    new = {one[0].case: entry.digest for one, entry in zip(waits, entries, strict=True)}
    if new:
        _keep_all(work)
    return new


def is_of(cited: Cited | None, one: Known) -> bool:
    """Whether a kept worth rests on what is known now."""
    return cited is not None and cited.evidence.detail.get(RESTS_ON) == list(rests_on(one))


def _stale(found: Sequence[Known], before: Mapping[str, Cited]) -> list[Known]:
    return [one for one in found if not is_of(before.get(one[0].case), one)]


def _finding(one: Known) -> Finding:
    value = worth_of(one)
    return _with(value, {RESTS_ON: list(rests_on(one)), **_told(value)})


def _with(value: Valued, detail: Mapping[str, Json]) -> Finding:
    asked = {"currency": value.stated.statement.currency}
    found = risk_adjusted_npv(value.now.risk_adjusted, asked)
    return Finding(found.check, found.parameters, found.measured, detail)


def _told(value: Valued) -> dict[str, Json]:
    now, planned = value.now, value.planned
    return {
        "planned": measured_to_json(planned.risk_adjusted),
        "realised": value.realised is not None,
        "if_built": measured_to_json(now.if_built),
        "success": now.success,
        "loss": now.loss,
        "spend": sum(value.stated.statement.spend),
    }


def _keep_all(work: Work) -> None:
    """What all use cases come to, for each currency: their futures added up."""
    found = all_known(work)
    by_currency: dict[str, list[Known]] = {}
    for one in found:
        by_currency.setdefault(one[0].statement.currency, []).append(one)
    gone = set(reads.kept_worths_of_all(work)) - set(by_currency)
    drafts = [_sum(work, currency, mine) for currency, mine in sorted(by_currency.items())]
    drafts += [_none(work, currency) for currency in sorted(gone)]
    work.append_all(drafts)


def _sum(work: Work, currency: str, found: Sequence[Known]) -> Draft:
    worths = [worth_of(one).now for one in found]
    futures = np.sum([one.futures for one in worths], axis=0)
    value = sum(one.risk_adjusted.value for one in worths)
    low, high = (float(one) for one in np.quantile(futures, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]))
    total = Estimate(
        value=value,
        low=min(low, value),
        high=max(high, value),
        level=LEVEL,
        n=futures.size,
        unit="money",
        method=ALL,
    )
    rests = sha256("\n".join(each for one in found for each in rests_on(one)).encode())
    detail: dict[str, Json] = {"cases": len(found), RESTS_ON: rests.hexdigest()}
    measured = risk_adjusted_npv(total, {"currency": currency})
    finding = Finding(measured.check, measured.parameters, measured.measured, detail)
    return evidence_of(work, ORGANISATION, finding, caller=SYSTEM)


def _none(work: Work, currency: str) -> Draft:
    """Nobody states this currency any more."""
    reason = Undefined(f"no use case has a benefit model in {currency}", n=0)
    finding = Finding(NPV, {"currency": currency, "level": LEVEL}, reason)
    return evidence_of(work, ORGANISATION, finding, caller=SYSTEM)
