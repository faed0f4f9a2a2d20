"""Whether a dataset's datasheet says what one has to say.

Source: Gebru, Morgenstern, Vecchione, Wortman Vaughan, Wallach, Daumé & Crawford (2021), Datasheets
for datasets, Communications of the ACM 64(12), 86-92: its seven sections, their questions gathered
and in words of ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gonogo.checks.engineering.cards import says_something
from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import settle_parameters
from gonogo.core.canonical import Json, canonical
from gonogo.core.errors import Invalid, TooLarge
from gonogo.core.evidence import Parameters
from gonogo.stats.estimate import exact

CHECK = "engineering.datasheet_completeness"
LARGEST = 200_000
"""Bytes of a datasheet as canonical JSON."""


@dataclass(frozen=True, slots=True)
class SheetField:
    """One thing a datasheet has to say."""

    name: str
    """Its key in the datasheet."""
    section: str
    asks: str
    """The questions it answers."""


SHEET = (
    SheetField("purpose", "motivation", "For which purpose was it made, which gap does it fill?"),
    SheetField("creators", "motivation", "Which team and organisation made it?"),
    SheetField("funding", "motivation", "Who paid for it?"),
    SheetField("instances", "composition", "What is one row, how many are there, of what kinds?"),
    SheetField("sampling", "composition", "All there are, or a sample; is it representative?"),
    SheetField("columns", "composition", "What does a row hold, raw or made; is there a label?"),
    SheetField("missing", "composition", "What is missing from rows, and why?"),
    SheetField("relations", "composition", "How do rows go together: people, households, time?"),
    SheetField("splits", "composition", "Which parts are meant for training and for testing?"),
    SheetField("errors", "composition", "Which errors, noise and repetitions are known?"),
    SheetField("dependencies", "composition", "Does it rest on other sources, will they last?"),
    SheetField("sensitive", "composition", "What in it is confidential, or about people's lives?"),
    SheetField("people", "composition", "Which groups of people are in it, can any be recognised?"),
    SheetField("acquisition", "collection", "How was each value got: measured, told, inferred?"),
    SheetField("collectors", "collection", "Who collected it, and how were they paid?"),
    SheetField("time_frame", "collection", "When was it collected, of what time does it tell?"),
    SheetField("ethical_review", "collection", "Who reviewed the collection, with what outcome?"),
    SheetField("consent", "collection", "Were the people told and asked, can they take it back?"),
    SheetField("preparation", "preparation", "What was cleaned, labelled or left out, and how?"),
    SheetField("raw_data", "preparation", "Is the raw data kept, and the code of preparing it?"),
    SheetField("uses", "uses", "What was it used for, what else could it be used for?"),
    SheetField("not_for", "uses", "What should it not be used for, and whom would that harm?"),
    SheetField("distribution", "distribution", "Who gets it, how and from when on?"),
    SheetField("terms", "distribution", "Under which licence, rights of others and regulations?"),
    SheetField("maintainer", "maintenance", "Which role keeps it, how can it be reached?"),
    SheetField("updates", "maintenance", "How often is it corrected, how is that told?"),
    SheetField("retention", "maintenance", "How long may data of people be kept, who enforces it?"),
    SheetField("contributions", "maintenance", "Can others add to it, who checks that?"),
)
"""In the order of the paper's sections."""


def datasheet_completeness(sheet: Mapping[str, Json], asked: Parameters) -> Finding:
    """Share of the fields in `SHEET` that `sheet` fills in, in [0, 1], unit share, counted.

    Filled in as a model card's fields are. Raises `Invalid` for a field that none of them is, so
    that a slip of the pen is not taken for an answer, and `TooLarge`. Detail: `filled`, `missing`
    and the answers themselves.

    >>> found = datasheet_completeness({"purpose": "To lend fairly", "funding": "TBD"}, {})
    >>> found.detail["filled"]
    ['purpose']
    """
    settings = settle_parameters(CHECK, asked)
    known = {field.name for field in SHEET}
    for name in sheet:
        if name not in known:
            raise Invalid(
                field=f"datasheet.{name}", value=name, expected=f"one of: {', '.join(known)}"
            )
    size = len(canonical(dict(sheet)))
    if size > LARGEST:
        raise TooLarge(field="datasheet", value=f"{size:,} bytes", expected=f"at most {LARGEST:,}")
    filled = [field.name for field in SHEET if says_something(sheet.get(field.name))]
    missing = [field.name for field in SHEET if field.name not in filled]
    measured = exact(
        len(filled) / len(SHEET), n=len(SHEET), unit="share", of="the fields of the datasheet"
    )
    detail: dict[str, Json] = {
        "filled": list(filled),
        "missing": list(missing),
        "answers": dict(sheet),
    }
    return Finding(CHECK, settings.values, measured, detail)


def template() -> str:
    """A datasheet to be filled in, as YAML: each field below its questions."""
    lines: list[str] = []
    section = ""
    for field in SHEET:
        if field.section != section:
            section = field.section
            lines += [*([""] if lines else []), f"# {section.upper()}"]
        lines += [f"# {field.asks}", f"{field.name}: TBD"]
    return "\n".join(lines) + "\n"
