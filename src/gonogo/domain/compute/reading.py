"""Prices, watts and grids as people write them: YAML; a refusal names field and line."""

import re
from collections.abc import Iterable
from datetime import date

from gonogo.core.subjects import SLUG
from gonogo.core.yaml_text import Place, nearest, read
from gonogo.domain.compute.prices import Machine, Prices, Range, Reservation

WHAT = "price list"
CURRENCY = re.compile(r"[A-Z]{3}")
FIELDS = (
    *("currency", "machines", "otherwise", "serving", "grams_per_kwh", "meter_within"),
    "reservations",
)
MACHINE = ("hour", "cpus", "cpu_hour", "gpus", "gpu_hour", "watts", "place")
RESERVED = ("machine", "from", "until", "hours_a_day", "number", "case")
METER_WITHIN = 0.1
MOST_MACHINES = 200
MOST_RESERVATIONS = 500
MOST_UNITS = 100_000.0
LARGEST = 1e9
DAY = re.compile(r"2[01]\d\d-\d\d-\d\d")


def parse(text: str) -> Prices:
    """The price list in `text`; raises `Invalid` naming field and line.

    >>> found = parse('''
    ... currency: USD
    ... machines:
    ...   trainer: {cpus: 16, cpu_hour: 0.05, gpus: 1, gpu_hour: 2.2, place: north,
    ...             watts: {low: 200, likely: 350, high: 500}}
    ... grams_per_kwh: {north: {low: 20, likely: 35, high: 60}}
    ... ''')
    >>> found.machines["trainer"].hour
    3.0
    """
    top = read(text, what=WHAT)
    said = top.mapping(FIELDS, "a price list")
    for needed in ("currency", "machines"):
        if needed not in said:
            top.refuse(f"a price list with the field {needed}", "none")
    currency = said["currency"].text("a currency as ISO 4217 has it: USD")
    if not CURRENCY.fullmatch(currency):
        said["currency"].refuse("three capital letters, as ISO 4217 has them: USD")
    grids = {}
    if "grams_per_kwh" in said:
        for name, at in said["grams_per_kwh"].mapping(None, "places").items():
            grids[_slug(name, at)] = _range(at)
    places = said["machines"].mapping(None, "machines")
    if not 1 <= len(places) <= MOST_MACHINES:
        said["machines"].refuse(f"1 to {MOST_MACHINES} machines", len(places))
    machines = {name: _machine(_slug(name, at), at, grids) for name, at in places.items()}
    return Prices(
        currency=currency,
        machines=machines,
        grids=grids,
        otherwise=_of(said["otherwise"], machines, "a machine") if "otherwise" in said else None,
        serving=_of(said["serving"], machines, "a machine") if "serving" in said else None,
        meter_within=_share(said["meter_within"]) if "meter_within" in said else METER_WITHIN,
        reservations=_reservations(said["reservations"], machines)
        if "reservations" in said
        else (),
        text=text,
    )


def _machine(name: str, place: Place, grids: Iterable[str]) -> Machine:
    said = place.mapping(MACHINE, "a machine")
    cpus = _number(said["cpus"], MOST_UNITS) if "cpus" in said else 0.0
    gpus = _number(said["gpus"], MOST_UNITS) if "gpus" in said else 0.0
    prices = [one for one in ("hour", "cpu_hour", "gpu_hour") if one in said]
    if not prices:
        place.refuse("a machine with a price: cpu_hour, gpu_hour or hour", "none")
    for price, units, number in (("cpu_hour", "cpus", cpus), ("gpu_hour", "gpus", gpus)):
        if price in said and not number:
            said[price].refuse(f"the field {units} beside it: how many the machine has", "none")
    hour = _number(said["hour"], LARGEST) if "hour" in said else 0.0
    hour += cpus * _number(said["cpu_hour"], LARGEST) if "cpu_hour" in said else 0.0
    hour += gpus * _number(said["gpu_hour"], LARGEST) if "gpu_hour" in said else 0.0
    return Machine(
        name=name,
        hour=hour,
        cpus=cpus,
        gpus=gpus,
        watts=_range(said["watts"]) if "watts" in said else None,
        place=_of(said["place"], grids, "a place under grams_per_kwh") if "place" in said else None,
    )


def _reservations(place: Place, machines: Iterable[str]) -> tuple[Reservation, ...]:
    found: list[Reservation] = []
    for at in place.items("reservations"):
        said = at.mapping(RESERVED, "a reservation")
        for needed in ("machine", "from", "until"):
            if needed not in said:
                at.refuse(f"a reservation with the field {needed}", "none")
        one = Reservation(
            machine=_of(said["machine"], machines, "a machine"),
            first=_day(said["from"]),
            last=_day(said["until"]),
            hours_a_day=_number(said["hours_a_day"], 24) if "hours_a_day" in said else 24.0,
            number=_whole(said["number"]) if "number" in said else 1,
            case=_slug(said["case"].text("a use case"), said["case"]) if "case" in said else None,
        )
        if one.last < one.first:
            said["until"].refuse(f"{one.first} or later")
        for other in found:
            if other.machine == one.machine and one.first <= other.last and other.first <= one.last:
                at.refuse(
                    f"days on which no other reservation has {one.machine}: say number: 2",
                    f"{one.first} to {one.last}",
                )
        found.append(one)
    if len(found) > MOST_RESERVATIONS:
        place.refuse(f"{MOST_RESERVATIONS} reservations at most", len(found))
    return tuple(found)


def _range(place: Place) -> Range:
    """Low, likely and high, all above 0: nobody knows watts or grids to the gram."""
    said = place.mapping(("low", "likely", "high"), "a number with its range")
    for needed in ("low", "likely", "high"):
        if needed not in said:
            place.refuse("low, likely and high", ", ".join(said) or "none")
    low, likely, high = (_number(said[name], LARGEST) for name in ("low", "likely", "high"))
    if not 0 < low <= likely <= high or low == high:
        place.refuse("numbers above 0 in this order, with a range between", f"{low:g} to {high:g}")
    return Range(low, likely, high)


def _number(place: Place, most: float) -> float:
    value = place.number()
    if not 0 <= value <= most:
        place.refuse(f"a number from 0 to {most:g}")
    return value


def _share(place: Place) -> float:
    value = place.number()
    if not 0 < value < 1:
        place.refuse("a share above 0 and below 1: 0.1")
    return value


def _whole(place: Place) -> int:
    value = place.value("a whole number")
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 10_000:
        place.refuse("a whole number from 1 to 10,000")
    return value


def _day(place: Place) -> date:
    text = place.scalar or ""
    try:
        day = date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        place.refuse("a date such as 2026-11-23")
    return day


def _slug(text: str, place: Place) -> str:
    if not SLUG.fullmatch(text):
        place.refuse("a name of lower-case letters, digits and hyphens: gpu-large", text)
    return text


def _of(place: Place, known: Iterable[str], what: str) -> str:
    text = place.text(what)
    names = list(known)
    if text not in names:
        near = nearest(text, names)
        listed = f"{what}: {', '.join(names) or 'none is named'}"
        place.refuse(listed + (f"; did you mean {near}?" if near else ""), text)
    return text
