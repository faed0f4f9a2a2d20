"""What rows tell of single people: identifiers in cells, and combinations that few rows share."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gonogo.checks.data.declared import OF, chosen_columns
from gonogo.checks.findings import parameters as defaults
from gonogo.checks.findings.finding import Finding
from gonogo.checks.findings.parameters import settle_parameters
from gonogo.checks.inputs.cells import fingerprints, missing
from gonogo.checks.inputs.schema import ColumnSpec, ColumnType, Schema
from gonogo.checks.inputs.scored import AND, Scored
from gonogo.checks.privacy.identifiers import KINDS, SHARE_BY_CHECKSUM, seen
from gonogo.core.canonical import Json
from gonogo.core.errors import Invalid
from gonogo.core.evidence import Parameters
from gonogo.stats.arrays import Bools, Integers
from gonogo.stats.auc import auc_delong
from gonogo.stats.counts import Counts
from gonogo.stats.estimate import Estimate, Measured, Undefined, exact
from gonogo.stats.losses import log_losses
from gonogo.stats.proportions import newcombe_difference

if TYPE_CHECKING:
    import pandas as pd

BANDS = ((1, 1), (2, 4), (5, 9), (10, 99), (100, None))
"""Sizes of the groups that rows hide in, as they are told."""
FEW_FALSE = 0.01
"""Share of unknown rows that an attacker takes for training rows, in the detail (Carlini 2022)."""


def direct_identifiers(frame: "pd.DataFrame", schema: Schema, asked: Parameters) -> Finding:
    """Cells with something in them that names a person or an account, unit count.

    Looked for in text, in categories and in whole numbers: e-mail, phone and IP addresses by their
    form; bank accounts, payment cards and national numbers of eight countries by their check digits
    as well. Names and postal addresses are not recognised, nor are numbers of other countries.
    Detail: column, kind and count alone, no value and no row.
    """
    check = "privacy.direct_identifiers"
    settings = settle_parameters(check, asked)
    found: list[Json] = []
    cells = 0
    for column, values in chosen_columns(frame, schema, settings.find("column")):
        kinds, hit = _identified(column, values)
        found.extend({"column": column.name, **one} for one in kinds)
        cells += int(hit.sum())
    measured: Measured = exact(cells, n=len(frame), unit="count", of=OF)
    if not len(frame):
        measured = Undefined("no rows", n=0)
    return Finding(check, settings.values, measured, {"found": found})


def k_anonymity(frame: "pd.DataFrame", schema: Schema, asked: Parameters) -> Finding:
    """Rows that share the rarest combination of the quasi-identifiers, unit rows.

    `columns` joins them by &. Missing values are alike: they are a value of their own. Detail: how
    many combinations and rows there are by the number of rows that share them.

    Source: Sweeney (2002), Int. J. Uncertainty, Fuzziness and Knowledge-Based Systems 10, 557-570.
    """
    return _shared("privacy.k_anonymity", frame, schema, asked, "rows", lambda sizes: sizes.min())


def uniqueness(frame: "pd.DataFrame", schema: Schema, asked: Parameters) -> Finding:
    """Share of rows whose combination of the quasi-identifiers no other row has, unit share.

    It is the share in these rows: in the whole population they may come from, more rows share a
    combination. Detail as `k_anonymity`.
    """
    return _shared(
        "privacy.uniqueness",
        frame,
        schema,
        asked,
        "share",
        lambda sizes: np.count_nonzero(sizes == 1) / sizes.sum(),
    )


def membership_advantage(train: Scored, test: Scored, asked: Parameters) -> Finding:
    """How much oftener a training row is taken for one than a row the model never saw.

    Who attacks takes the rows with a loss of at most `loss`, without it the mean loss of the
    training rows, for training rows. Measured is the share so taken of `train` less that of `test`,
    unit difference, in [-1, 1], with Newcombe's interval, which takes the threshold as given. 0 is
    what guessing reaches. Stronger attacks exist, so this is what is lost at least; rows of other
    times or people than the training rows differ in loss for that reason too. `Undefined` where
    scores are no probabilities. Detail: the loss, the counts, the area under the attack's ROC curve
    with its interval and the share caught where 1 % of `test` are taken wrongly.

    Source: Yeom et al. (2018), IEEE Computer Security Foundations, 268-282, loss threshold; Carlini
    et al. (2022), IEEE S&P, 1897-1914, for the share at few false ones.
    """
    check = "privacy.membership_advantage"
    settings = settle_parameters(check, asked, level=defaults.LEVEL)
    of_train = log_losses(train.yes, train.scores)
    of_test = log_losses(test.yes, test.scores)
    for name, losses in (("training", of_train), ("test", of_test)):
        if isinstance(losses, Undefined):
            nothing = replace(losses, reason=f"of the {name} rows: {losses.reason}")
            return Finding(check, settings.values, nothing)
    inside, outside = np.asarray(of_train), np.asarray(of_test)
    said = settings.find("loss")
    most = float(inside.mean()) if said is None else float(said)
    caught = Counts(int(np.count_nonzero(inside <= most)), inside.size)
    wrongly = Counts(int(np.count_nonzero(outside <= most)), outside.size)
    measured = newcombe_difference(caught, wrongly, settings.level)
    member = np.r_[np.ones(inside.size), np.zeros(outside.size)]
    attack = auc_delong(member, -np.r_[inside, outside], settings.level)
    detail: dict[str, Json] = {
        "train": {"taken": caught.yes, "n": caught.n},
        "test": {"taken": wrongly.yes, "n": wrongly.n},
        "caught_at_1_percent": _caught(inside, outside),
    }
    if np.isfinite(most):
        detail["loss"] = most
    if isinstance(attack, Estimate):
        detail["auc"] = {"value": attack.value, "low": attack.low, "high": attack.high}
    return Finding(check, settings.values, measured, detail)


def _caught(inside: npt.NDArray[np.float64], outside: npt.NDArray[np.float64]) -> float:
    """The share of training rows with a smaller loss than all but 1 % of the others."""
    allowed = int(FEW_FALSE * outside.size)
    return float(np.mean(inside < np.sort(outside)[allowed]))


def _identified(
    column: ColumnSpec, values: "pd.Series[Any]"
) -> tuple[list[dict[str, Json]], Bools]:
    """By kind the cells with one, kinds without any left out; and which cells have any."""
    texts, places = np.unique(_texts(column, values), return_inverse=True)
    times = np.bincount(places, minlength=texts.size)
    hit = np.zeros(texts.size, dtype=np.bool_)
    counts: dict[str, int] = {}
    for kind in KINDS:
        looked = [seen(kind, str(text)) for text in texts]
        formed = np.array([one for one, _ in looked], dtype=np.bool_)
        fitting = np.array([two for _, two in looked], dtype=np.bool_)
        few = times[fitting].sum() <= SHARE_BY_CHECKSUM * times[formed].sum()
        if not fitting.any() or (kind.bare and few):
            continue
        counts[kind.name] = counts.get(kind.name, 0) + int(times[fitting].sum())
        hit |= fitting
    told: list[dict[str, Json]] = [{"kind": name, "count": n} for name, n in counts.items()]
    return told, hit[places]


def _texts(column: ColumnSpec, values: "pd.Series[Any]") -> npt.NDArray[Any]:
    """The cells as text, empty where there is nothing to look for: times, fractions, missing."""
    import pandas as pd

    nothing = np.full(len(values), "", dtype="U1")
    if pd.api.types.is_bool_dtype(values) or column.type in (ColumnType.BOOLEAN, ColumnType.TIME):
        return nothing
    if pd.api.types.is_datetime64_any_dtype(values):
        return nothing
    gone = missing(column, values)
    if pd.api.types.is_numeric_dtype(values):
        numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
        whole = ~gone & (np.floor(numbers) == numbers) & (np.abs(numbers) < 2**53)
        if not whole.any():
            return nothing
        text = np.full(len(values), "", dtype="U24")
        text[whole] = numbers[whole].astype(np.int64).astype(str)
        return text
    text = values.astype(str).to_numpy(dtype=object)
    text[gone] = ""
    return text.astype(str)


def _shared(
    check: str,
    frame: "pd.DataFrame",
    schema: Schema,
    asked: Parameters,
    unit: str,
    number: Callable[[Integers], Any],
) -> Finding:
    settings = settle_parameters(check, asked)
    names = [name.strip() for name in settings.text("columns").split(AND)]
    if len(set(names)) < len(names):
        raise Invalid(
            field="with.columns", value=settings.text("columns"), expected="each column once"
        )
    columns = [chosen_columns(frame, schema, name, field="with.columns")[0][0] for name in names]
    if not len(frame):
        return Finding(check, settings.values, Undefined("no rows", n=0))
    sizes = np.unique(fingerprints(frame, columns), return_counts=True)[1].astype(np.int64)
    measured = exact(float(number(sizes)), n=len(frame), unit=unit, of=OF)
    return Finding(check, settings.values, measured, {"shared_by": _banded(sizes)})


def _banded(sizes: Integers) -> list[Json]:
    """Combinations and rows by how many rows share a combination."""
    bands: list[Json] = []
    for low, high in BANDS:
        inside = sizes[(sizes >= low) & (sizes <= (high or sizes.max()))]
        bands.append(
            {"from": low, "to": high, "combinations": inside.size, "rows": int(inside.sum())}
        )
    return bands
