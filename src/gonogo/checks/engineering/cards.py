"""Whether what surrounds a model is in order: its model card."""

from collections.abc import Mapping
from dataclasses import dataclass

from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import settle_parameters
from gonogo.core.canonical import Json
from gonogo.core.evidence import Parameters
from gonogo.stats.estimate import exact


@dataclass(frozen=True, slots=True)
class CardField:
    """One thing a model card has to say."""

    name: str
    """Its key in the card."""
    title: str
    """How it is called on a page."""
    asks: str
    """The question it answers."""


CARD = (
    CardField("version", "Version", "Which version is this, and what changed since the last?"),
    CardField("owner_role", "Owner", "Which role answers for it?"),
    CardField("contact_role", "Contact", "Which role takes questions and complaints?"),
    CardField("licence", "Licence", "Under which terms may it be used?"),
    CardField("intended_use", "Intended use", "For which decisions and users was it made?"),
    CardField("out_of_scope_use", "Out-of-scope use", "What must it not be used for?"),
    CardField("factors", "Factors", "For which groups, devices or settings may it differ?"),
    CardField("metrics", "Metrics", "What is it measured by, with which threshold, and why?"),
    CardField("training_data", "Training data", "On what was it trained?"),
    CardField("evaluation_data", "Evaluation data", "On what was it measured, and why on that?"),
    CardField(
        "ethical_considerations",
        "Ethical considerations",
        "Whom can it harm, which fairness was looked at, what was done about it?",
    ),
    CardField("limitations", "Limitations", "Where is it known to fail, what was not looked at?"),
)
"""The sections of Mitchell et al. (2019), Model cards for model reporting, FAT* '19, 220-229, with
the details of the model taken apart. Its quantitative analyses are left out: they are evidence."""

PLACEHOLDERS = frozenset({"", "-", "?", "...", "…", "n/a", "none", "tbd", "tba", "todo", "xxx"})
"""Text that fills a field and says nothing."""


def model_card_completeness(card: Mapping[str, Json], asked: Parameters) -> Finding:
    """Share of the fields in `CARD` that `card` fills in, in [0, 1], unit share, counted.

    A field is filled in by text that is no placeholder, by a number, and by a list or object with
    something filled in. Detail: `missing` and `filled`, by name.

    >>> found = model_card_completeness({"licence": "Apache-2.0", "metrics": "TBD"}, {})
    >>> found.detail["filled"]
    ['licence']
    """
    settings = settle_parameters("engineering.model_card_completeness", asked)
    filled = [one.name for one in CARD if says_something(card.get(one.name))]
    missing = [one.name for one in CARD if one.name not in filled]
    measured = exact(
        len(filled) / len(CARD), n=len(CARD), unit="share", of="the fields of the model card"
    )
    return Finding(
        "engineering.model_card_completeness",
        settings.values,
        measured,
        {"filled": filled, "missing": missing},
    )


def says_something(value: Json) -> bool:
    """Whether a field is filled in: by a number, or by text somewhere that is no placeholder.

    >>> says_something(["TBD", "n/a"]), says_something({"race": 0})
    (False, True)
    """
    match value:
        case None | False:
            return False
        case str():
            return value.strip().lower() not in PLACEHOLDERS
        case Mapping():
            return any(says_something(one) for one in value.values())
        case bool() | int() | float():
            return True
        case _:
            return any(says_something(one) for one in value)
