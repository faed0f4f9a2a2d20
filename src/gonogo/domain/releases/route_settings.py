"""What a route has besides its versions: rules, flags, windows, limits; pure."""

import math
from collections.abc import Mapping
from typing import Any

import msgspec

from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.snapshot import Explain, Rule, Term, Variant
from gonogo.core.snapshot import Invalid as OnInvalid
from gonogo.stats.bandits import KINDS, prepare

CONTEXT = 32
"""Features that LinUCB reads at most: its matrices are of their square."""
MOST = 1000
"""Rules, flags or windows of a route."""
OPERATORS = frozenset({"<", "<=", ">", ">=", "==", "!=", "in", "not in", "missing"})
STATISTICS = frozenset({"count", "sum", "mean", "distinct", "since_last"})
BANDITS = frozenset(KINDS)
LONGEST = 30 * 86_400
"""Seconds of a window at most."""


class FlagSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A product feature with and without AI."""

    key: str
    variants: tuple[Variant, ...]
    """Their shares sum to 1."""
    enabled: bool = True
    default: str | None = None
    """Name of the variant where it is off."""


class WindowSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An online feature that requests themselves update."""

    name: str
    statistic: str
    entity: str = "entity"
    column: str | None = None
    seconds: int = 3600


class BanditSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a bandit of the route learns."""

    kind: str = "thompson"
    parameters: dict[str, float] = {}
    context: tuple[str, ...] = ()
    """Features that LinUCB reads."""
    scaling: dict[str, tuple[float, float]] = {}
    """Of these, the centre that is taken away and the unit that is divided by before it reads them.
    Not said: the middle and half the width of the range that the version declares; where it
    declares none, 0 and 1."""


class RouteSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of it, with what holds where nothing is said."""

    positive: str = "approve"
    negative: str = "decline"
    adverse: str | None = "decline"
    """The outcome that somebody is owed reasons for."""
    otherwise: str = "decline"
    """What the fallback answers where no rule before the model holds."""
    before: tuple[Rule, ...] = ()
    after: tuple[Rule, ...] = ()
    invalid: OnInvalid = OnInvalid.REFUSE
    explain: Explain = Explain.ASKED
    deadline_ms: float = 1000.0
    holdout: float = 0.0
    """Share of the entities that the fallback always decides for: what models are worth."""
    bandit: BanditSettings = BanditSettings()
    flags: tuple[FlagSettings, ...] = ()
    windows: tuple[WindowSettings, ...] = ()
    noted: tuple[str, ...] = ()
    """Columns that no model reads and requests bring all the same: written down, so that groups
    can be compared."""
    coverage: float = 0.9
    """How often conformal sets and intervals are to hold the truth, from the next release on."""


def settings_of(found: Mapping[str, Any]) -> RouteSettings:
    """The settings in `found`; raises `Invalid` naming the field."""
    try:
        settings = msgspec.convert(found, RouteSettings)
    except msgspec.ValidationError as error:
        text = str(error)
        what, _, where = text.partition(" - at `$")
        field = where.rstrip("`").lstrip(".") or "settings"
        raise Invalid(field=field, expected=what) from error
    _check(settings)
    return settings


def to_json(settings: RouteSettings) -> dict[str, Json]:
    """As they are stored: everything said, also what nobody changed."""
    found: dict[str, Json] = msgspec.to_builtins(settings)
    return found


def _check(settings: RouteSettings) -> None:
    outcomes = {settings.positive, settings.negative}
    if settings.positive == settings.negative:
        raise Invalid(
            field="negative", value=settings.negative, expected="another word than the positive one"
        )
    if settings.adverse is not None and settings.adverse not in outcomes:
        _refuse("adverse", settings.adverse, f"null or one of {', '.join(sorted(outcomes))}")
    _check_numbers(settings)
    _check_bandit(settings.bandit)
    for place in ("before", "after"):
        rules: tuple[Rule, ...] = getattr(settings, place)
        _few(place, rules)
        for number, rule in enumerate(rules):
            _check_rule(rule, f"{place}.{number}")
    _few("flags", settings.flags)
    for number, flag in enumerate(settings.flags):
        _check_flag(flag, f"flags.{number}")
    _few("windows", settings.windows)
    names = [window.name for window in settings.windows]
    if len(set(names)) < len(names) or "score" in names or "" in names:
        _refuse("windows", names, "a name for each window, used once, and not the word score")
    for number, window in enumerate(settings.windows):
        _check_window(window, f"windows.{number}")
    _few("noted", settings.noted)


def _check_numbers(settings: RouteSettings) -> None:
    if not 0 <= settings.holdout < 1:
        _refuse("holdout", settings.holdout, "a share of the entities, from 0 to below 1")
    if not (math.isfinite(settings.deadline_ms) and settings.deadline_ms > 0):
        _refuse("deadline_ms", settings.deadline_ms, "milliseconds above 0")
    if not 0 < settings.coverage < 1:
        _refuse("coverage", settings.coverage, "a share between 0 and 1, both left out")


def _check_bandit(bandit: BanditSettings) -> None:
    if bandit.kind not in BANDITS:
        _refuse("bandit.kind", bandit.kind, f"one of {', '.join(sorted(BANDITS))}")
    if len(bandit.context) > CONTEXT or len(set(bandit.context)) < len(bandit.context):
        _refuse("bandit.context", len(bandit.context), f"at most {CONTEXT} features, each once")
    for name, (centre, unit) in bandit.scaling.items():
        if name not in bandit.context:
            _refuse("bandit.scaling", name, "a feature of the context")
        if not (math.isfinite(centre) and math.isfinite(unit) and unit > 0):
            _refuse(f"bandit.scaling.{name}", [centre, unit], "a centre, and a unit above 0")
    try:
        prepare(bandit.kind, bandit.parameters, {"": {}}, bandit.context, bandit.scaling)
    except ValueError as error:
        _refuse("bandit.parameters", dict(bandit.parameters), str(error))


def _check_rule(rule: Rule, place: str) -> None:
    if not rule.name or not rule.outcome:
        _refuse(place, rule.name, "a rule with a name and an outcome")
    if not rule.when:
        _refuse(f"{place}.when", None, "one comparison or more: this one would always hold")
    for number, term in enumerate(rule.when):
        _check_term(term, f"{place}.when.{number}")


def _check_term(term: Term, place: str) -> None:
    if term.op not in OPERATORS:
        _refuse(f"{place}.op", term.op, f"one of {' '.join(sorted(OPERATORS))}")
    listed = isinstance(term.value, list | tuple)
    if term.op in {"in", "not in"} and not listed:
        _refuse(f"{place}.value", term.value, "a list")
    ordered = term.op in {"<", "<=", ">", ">="}
    if ordered and (isinstance(term.value, bool) or not isinstance(term.value, int | float)):
        _refuse(f"{place}.value", term.value, "a number")


def _check_flag(flag: FlagSettings, place: str) -> None:
    names = [variant.name for variant in flag.variants]
    if not names or len(set(names)) < len(names):
        _refuse(f"{place}.variants", names, "one variant or more, each name once")
    total = sum(variant.share for variant in flag.variants)
    if abs(total - 1) > 1e-9 or any(variant.share < 0 for variant in flag.variants):
        _refuse(f"{place}.variants", total, "shares of 0 or more that sum to 1")
    if flag.default is not None and flag.default not in names:
        _refuse(f"{place}.default", flag.default, f"one of {', '.join(names)}")


def _check_window(window: WindowSettings, place: str) -> None:
    if window.statistic not in STATISTICS:
        _refuse(f"{place}.statistic", window.statistic, f"one of {', '.join(sorted(STATISTICS))}")
    if not 60 <= window.seconds <= LONGEST:
        _refuse(f"{place}.seconds", window.seconds, "a minute to 30 days")
    if window.column is None and window.statistic in {"sum", "mean", "distinct"}:
        _refuse(f"{place}.column", None, f"the column whose {window.statistic} it is")


def _few(field: str, found: tuple[Any, ...]) -> None:
    if len(found) > MOST:
        _refuse(field, len(found), f"at most {MOST:,}")


def _refuse(field: str, value: object, expected: str) -> None:
    raise Invalid(field=field, value=value, expected=expected)
