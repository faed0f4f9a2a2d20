"""The catalogue: every check there is, what it answers, its unit and its parameters."""

from dataclasses import dataclass
from enum import StrEnum

from gonogo.core.areas import Area, area_of
from gonogo.core.errors import Invalid


class Good(StrEnum):
    """Which way a measurement is better; only for drawing and comparing, never for judging."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing a check can be asked with."""

    name: str
    kind: type[str] | type[int] | type[float] | type[bool]
    meaning: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class CheckSpec:
    """What is known of a check without running it."""

    name: str
    """`area.name`."""
    title: str
    """How it is called on a page: "ROC AUC"."""
    answers: str
    """The question it answers, in plain words."""
    unit: str
    good: Good
    parameters: tuple[Parameter, ...] = ()
    exact: bool = False
    """Whether it counts a closed population and so has no sampling error."""

    @property
    def area(self) -> Area:
        return area_of(self.name)

    def parameter(self, name: str) -> Parameter | None:
        """The parameter called `name`, if the check has it."""
        return next((p for p in self.parameters if p.name == name), None)


LEVEL = Parameter("level", float, "confidence level of the interval, in (0, 1)")
SEED = Parameter("seed", int, "seed of the resampling")
THRESHOLD = Parameter("threshold", float, "score from which the model says yes")
GROUP = Parameter("group", str, "the group column, or columns joined by &", required=True)
VERSUS = Parameter("versus", str, "the model version it is compared with, on the same rows")
DESIGN = Parameter("design", str, "how it was resampled: 5-fold x 10 repeated cross-validation")
RESAMPLES = Parameter("resamples", int, "how often the rows were drawn anew")
BINS = Parameter("bins", int, "bins of equally many rows")
SMALLEST = Parameter("smallest", int, "fewest rows a group's rate may rest on")
MODEL_PARAMETERS = (LEVEL, SEED, VERSUS, DESIGN)
GROUP_PARAMETERS = (GROUP, THRESHOLD, SMALLEST, LEVEL, SEED, VERSUS, DESIGN)


def _model(
    name: str, title: str, answers: str, unit: str, good: Good, *parameters: Parameter
) -> CheckSpec:
    known = (*MODEL_PARAMETERS, *parameters)
    return CheckSpec(f"performance.{name}", title, answers, unit, good, known)


def _group(name: str, title: str, answers: str, unit: str, good: Good) -> CheckSpec:
    return CheckSpec(f"fairness.{name}", title, answers, unit, good, GROUP_PARAMETERS)


def _data(
    name: str, title: str, answers: str, unit: str, good: Good, *parameters: Parameter
) -> CheckSpec:
    return CheckSpec(f"data.{name}", title, answers, unit, good, parameters, exact=True)


HIGHER, LOWER, NEITHER = Good
LABEL = Parameter("label", str, "the label column; without it, the one the schema names")
COLUMN = Parameter("column", str, "one column; without it, all of them together")
REFERENCE = Parameter("reference", str, "the dataset version it is compared with")

CATALOGUE: dict[str, CheckSpec] = {
    spec.name: spec
    for spec in (
        _model("roc_auc", "ROC AUC", "How well does the score rank yes above no?", "auc", HIGHER),
        _model("pr_auc", "PR AUC", "How precise is it over all recalls?", "auc", HIGHER, RESAMPLES),
        _model(
            "log_loss", "Log loss", "How far are its probabilities from the truth?", "nats", LOWER
        ),
        _model(
            "brier", "Brier score", "How far off are its probabilities, squared?", "score", LOWER
        ),
        _model(
            "calibration_error",
            "Calibration error",
            "Of those given 70 %, do 70 % happen?",
            "share",
            LOWER,
            BINS,
        ),
        _group(
            "selection_rate_ratio",
            "Selection-rate ratio",
            "How often is the worst-off group selected, against the best-off one?",
            "ratio",
            HIGHER,
        ),
        _group(
            "selection_rate_difference",
            "Selection-rate difference",
            "By how much do the groups' selection rates differ at most?",
            "difference",
            LOWER,
        ),
        _group(
            "true_positive_rate_difference",
            "True-positive-rate difference",
            "Among those who should be selected, by how much do groups differ?",
            "difference",
            LOWER,
        ),
        _group(
            "false_positive_rate_difference",
            "False-positive-rate difference",
            "Among those who should not be selected, by how much do groups differ?",
            "difference",
            LOWER,
        ),
        _data(
            "schema_violations",
            "Schema violations",
            "Does every column hold what was declared?",
            "count",
            LOWER,
        ),
        _data(
            "missing_share",
            "Missing values",
            "What share of cells is empty?",
            "share",
            LOWER,
            COLUMN,
        ),
        _data(
            "range_violations",
            "Out of range",
            "What share of values lies outside its range?",
            "share",
            LOWER,
            COLUMN,
        ),
        _data(
            "duplicate_share",
            "Duplicate rows",
            "What share of rows stands there twice?",
            "share",
            LOWER,
        ),
        _data(
            "class_balance",
            "Class balance",
            "What share does the rarer class have?",
            "share",
            NEITHER,
            LABEL,
        ),
        _data(
            "train_test_overlap",
            "Train-test overlap",
            "What share of the test rows stands in the training data?",
            "share",
            LOWER,
            REFERENCE,
        ),
        CheckSpec(
            "engineering.model_card_completeness",
            "Model card",
            "What share of the model card's fields is filled in?",
            "share",
            HIGHER,
            exact=True,
        ),
        CheckSpec(
            "operations.latency_p99_ms",
            "Latency p99",
            "How long does the slowest one in a hundred single predictions take?",
            "ms",
            LOWER,
            (LEVEL, Parameter("requests", int, "single-row predictions that were timed")),
        ),
    )
}


def check_spec(name: str, field: str = "check") -> CheckSpec:
    """The check called `name`; raises `Invalid` naming those of its area."""
    if name in CATALOGUE:
        return CATALOGUE[name]
    area = name.partition(".")[0]
    near = [known for known in CATALOGUE if known.startswith(f"{area}.")] or list(CATALOGUE)
    raise Invalid(field=field, value=name, expected=f"a check of the catalogue: {', '.join(near)}")


def checked_parameters(
    spec: CheckSpec, given: dict[str, object], field: str = "with"
) -> dict[str, str | int | float | bool]:
    """`given` if `spec` takes those parameters with those types; raises `Invalid`.

    A whole number stands for the float it equals; a missing required parameter is refused.
    """
    found: dict[str, str | int | float | bool] = {}
    for name, said in given.items():
        parameter = spec.parameter(name)
        if parameter is None:
            known = ", ".join(p.name for p in spec.parameters) or "no parameters"
            raise Invalid(field=f"{field}.{name}", value=said, expected=f"one of: {known}")
        value = _as_float(said) if parameter.kind is float else said
        if type(value) is not parameter.kind:
            raise Invalid(
                field=f"{field}.{name}",
                value=value,
                expected=f"{parameter.kind.__name__}: {parameter.meaning}",
            )
        found[name] = value
    for parameter in spec.parameters:
        if parameter.required and parameter.name not in found:
            raise Invalid(
                field=f"{field}.{parameter.name}", expected=f"a value: {parameter.meaning}"
            )
    return found


def _as_float(value: object) -> object:
    """A whole number as the float it equals; one beyond every float stays what it is."""
    if not isinstance(value, int) or isinstance(value, bool):
        return value
    try:
        return float(value)
    except OverflowError:
        return value
