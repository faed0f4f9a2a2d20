"""Risks as a command tells of them."""

from typing import Any

from gonogo.interfaces.cli.kit import listing, show
from gonogo.schemas import risks as schemas
from gonogo.schemas.evidence import Measured


def print_exposure(found: schemas.Exposure) -> None:
    """What the open risks may cost and delay, and which of them most."""
    rows: list[tuple[str, object]] = [
        ("risks", f"{found.counted}, in {found.currency or 'no money'}"),
        ("expected loss", f"{found.expected:,.0f}, {found.inherent:,.0f} if nothing were done"),
        ("as unsure as it is", _number(found.unsure)),
        *((f"P{100 * one.share:.0f}", _number(one.measured)) for one in found.by),
        ("worst twentieth", _number(found.tail)),
        ("futures", f"{found.futures:,} with the seed {found.seed}"),
        ("correlation", f"{found.correlation:g} of any two risks"),
    ]
    if found.left_out:
        rows.append(("left out", f"{found.left_out} in other currencies"))
    show(found, as_json=False, rows=rows)
    print()
    listing(
        found.contributions,
        as_json=False,
        columns=(
            ("risk", lambda one: one.risk),
            ("expected loss", lambda one: f"{one.expected:,.0f}"),
            ("of all", lambda one: _share(one.share)),
            ("in the worst twentieth", lambda one: _number(one.tail)),
            ("of it", lambda one: _share(one.tail_share)),
        ),
        empty="Nothing is at stake: no risk stands open.",
    )
    if found.delays:
        print()
        listing(
            found.delays,
            as_json=False,
            columns=(
                ("delays", lambda one: one.risk.removeprefix("risk:")),
                ("plan of", lambda one: one.case),
                ("days later", lambda one: _number(one.later)),
                ("P80 later", lambda one: _number(one.p80_later)),
            ),
            empty="",
        )


def print_burn_down(found: schemas.BurnDown) -> None:
    """The expected loss over time, by what the ledger said and as it was kept."""
    listing(
        found.points,
        as_json=False,
        columns=(
            ("at", lambda one: one.at),
            ("open", lambda one: one.open),
            ("if nothing were done", lambda one: money(one.inherent, found.currency)),
            ("residual", lambda one: money(one.residual, found.currency)),
            ("if all worked", lambda one: money(one.hoped, found.currency)),
        ),
        empty="No risk with money has been on the register.",
    )
    if found.points:
        print()
        listing(
            found.kept,
            as_json=False,
            columns=(
                ("kept", lambda one: one.at),
                ("open", lambda one: one.open),
                ("if nothing were done", lambda one: _number(one.inherent)),
                ("residual", lambda one: _number(one.residual)),
                ("P95", lambda one: _number(one.p95)),
                ("entry", lambda one: one.entry[:12]),
            ),
            empty="Nothing of it was kept as evidence yet: gonogo risk exposure --keep",
        )


def told(found: schemas.Risk, *, as_json: bool) -> None:
    """A risk: what is at stake, what is done about it, what evidence says of that."""
    rows: list[tuple[str, object]] = [
        ("risk", found.key),
        ("what may happen", found.title),
        ("category", found.category),
        ("state", state_of(found)),
        ("because of", found.reason),
        ("cause", found.said.get("cause")),
        ("event", found.said.get("event")),
        ("effect", found.said.get("effect")),
        ("use case", found.case),
        ("owner", found.owner_role),
        ("inherent", _stake(found.inherent, found.currency)),
        ("residual", _stake(found.residual, found.currency)),
        ("if all worked", _stake(found.hoped, found.currency)),
        ("levels", found.scale or None),
        ("review due", found.review_due[:10]),
        *((f"mitigation {one.key}", _mitigation(one)) for one in found.mitigations),
        ("entry", found.entry),
    ]
    show(found, as_json=as_json, rows=[row for row in rows if row[1] is not None])


def state_of(found: schemas.Risk) -> str:
    """Where it stands, and what is late with it."""
    flags = [name for name in ("unreviewed", "aged") if getattr(found, name)]
    late = sum(one.overdue for one in found.mitigations)
    if late and found.state in {"open", "accepted"}:
        flags.append(f"{late} overdue")
    return ", ".join([found.state, *flags])


def _stake(found: schemas.Stake, currency: str) -> str:
    days = f", {found.expected_days:.3g} days" if found.days else ""
    return (
        f"{found.severity}: {100 * found.probability:.3g} %, expected "
        f"{money(found.expected_loss, currency)}{days}"
    )


def _mitigation(found: schemas.Mitigation) -> str:
    late = ", overdue" if found.overdue else ""
    return f"{found.works}, due {found.due}{late}: {found.title} ({found.why})"


def from_template(found: list[schemas.Template], category: str) -> dict[str, Any]:
    """What the template says of a risk; nothing where there is none, so that REST refuses it."""
    one = next(iter(one for one in found if one.category == category), None)
    names = ("title", "cause", "event", "effect")
    said = {} if one is None else {name: getattr(one, name) for name in names}
    return {"category": category, **said}


def template_rows(one: schemas.Template) -> list[tuple[str, object]]:
    """All that a template says."""
    return [
        ("category", one.category),
        ("what may happen", one.title),
        ("cause", one.cause),
        ("event", one.event),
        ("effect", one.effect),
        *(("watched by", check) for check in one.checks),
        *(("often done", what) for what in one.mitigations),
        ("next", f"gonogo risk add NAME --template {one.category} --probability 0.2 ..."),
    ]


def money(value: float, currency: str) -> str:
    """An amount with its currency."""
    return f"{value:,.0f} {currency}".strip()


def _share(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.0f} %"


def _number(found: Measured) -> str:
    if found.value is None:
        return found.undefined or ""
    return f"{found.value:,.6g} [{found.low or 0:,.6g}, {found.high or 0:,.6g}]"
