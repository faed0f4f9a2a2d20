"""What can be done with compute: state what it costs, say how much of it a use case may use."""

from gonogo.core.canonical import Json
from gonogo.core.errors import NotFound
from gonogo.core.roles import Action
from gonogo.core.subjects import ORGANISATION, Subject, SubjectKind
from gonogo.domain.compute import tables
from gonogo.domain.compute.prices import SavedPrices
from gonogo.domain.compute.quotas import WARN, Quota, check
from gonogo.domain.compute.reading import parse
from gonogo.store.work import Work


def state_prices(work: Work, text: str) -> SavedPrices:
    """Put the price list in `text` into force; the one before stays kept.

    Raises `Invalid` naming field and line, `Forbidden`; the same wording changes nothing.
    """
    work.allow(Action.COMPUTE_STATE)
    found = parse(text)
    before = tables.newest(work)
    if before is not None and before.prices.text == text:
        return before
    number = 1 if before is None else before.number + 1
    said: dict[str, Json] = {"v": 1, "number": number, "digest": found.digest, "text": text}
    entry = work.append("compute-prices", ORGANISATION, said)
    saved = SavedPrices(number, found, work.at, str(work.caller.actor), entry.digest)
    tables.put_prices(work, saved)
    return saved


def set_quota(
    work: Work, case: str, what: str, *, limit: float, per: str = "month", warn: float = WARN
) -> Quota:
    """Say how much of `what` a use case may use; what was said before stays in the ledger.

    Raises `NotFound`, `Forbidden`, `Invalid` naming the field.
    """
    subject = work.subjects.need(Subject(SubjectKind.CASE, case), field="case")
    work.allow(Action.BUDGET_KEEP, on=subject)
    found = check(what, per, limit, warn)
    said: dict[str, Json] = {
        "v": 1,
        "what": str(found),
        "per": per,
        "limit": limit,
        "warn": warn,
    }
    entry = work.append("compute-quota", subject, said)
    by = str(work.caller.actor)
    quota = Quota(case, found, per, limit, warn, work.at, by, entry.digest)
    tables.put_quota(work, quota)
    return quota


def lift_quota(work: Work, case: str, what: str, *, per: str = "month") -> Quota:
    """Take a quota away; raises `NotFound`, `Forbidden`, `Invalid`."""
    subject = work.subjects.need(Subject(SubjectKind.CASE, case), field="case")
    work.allow(Action.BUDGET_KEEP, on=subject)
    wanted = check(what, per, 1.0, 1.0)
    found = next(
        (one for one in tables.quotas_of(work, [case]) if (one.what, one.per) == (wanted, per)),
        None,
    )
    if found is None:
        raise NotFound(field="what", value=f"{what} a {per}", expected=f"a quota of {case}")
    said: dict[str, Json] = {
        "v": 1,
        "what": str(wanted),
        "per": per,
        "limit": None,
        "lifts": found.entry,
    }
    work.append("compute-quota", subject, said)
    tables.drop_quota(work, case, wanted, per)
    return found
