"""Risks as they travel; money in the risk's own currency, times in working days."""

from typing import Annotated, Any

from pydantic import Field

from gonogo.schemas.base import Asked, Told
from gonogo.schemas.evidence import Measured

SEED = 20261121
Words = Annotated[str, Field(max_length=2000)]
Reason = Annotated[str, Field(min_length=1, max_length=2000)]
Key = Annotated[str, Field(min_length=1, max_length=64)]
Number = float


class Chance(Asked):
    """A probability by low, likely and high, or by its tenth and ninetieth percentile."""

    low: Number | None = None
    likely: Number | None = None
    high: Number | None = None
    p10: Number | None = None
    p90: Number | None = None


class Days(Asked):
    """Working days by three points, or by the tenth and ninetieth percentile."""

    optimistic: Number | None = None
    likely: Number | None = None
    pessimistic: Number | None = None
    shape: str | None = None
    """pert or triangular."""
    p10: Number | None = None
    p90: Number | None = None


class Leaves(Asked):
    """The share that a mitigation leaves of each once it works, 0 to 1."""

    probability: Number | None = None
    delay: Number | None = None
    loss: Number | None = None


class Proof(Asked):
    """The condition on a check that shows that a mitigation works."""

    subject: Annotated[str, Field(max_length=255)]
    """Whose evidence: a model version, a dataset version; of a model its champion."""
    check: Annotated[str, Field(max_length=100)]
    with_: Annotated[dict[str, Any] | None, Field(alias="with")] = None
    at_least: Number | None = None
    at_most: Number | None = None
    level: Number | None = None
    reproduced: bool | None = None
    max_age: Annotated[str | None, Field(max_length=10)] = None


class MitigationText(Asked):
    """What is done about a risk."""

    title: Annotated[str, Field(max_length=200)]
    owner_role: Annotated[str, Field(max_length=40)]
    due: Annotated[str, Field(max_length=10)]
    """The day until which it is to work."""
    leaves: Leaves
    cost: Number | Chance | None = None
    works_if: Proof | None = None


class RiskText(Asked):
    """What is said of a risk."""

    title: Annotated[str, Field(max_length=200)]
    category: Annotated[str, Field(max_length=40)]
    cause: Words
    event: Words
    effect: Words
    probability: Number | Chance
    delay: Number | Days | None = None
    """Working days by which each of `steps` takes longer where it comes true."""
    loss: Number | Chance | None = None
    """Money that it costs then; its p10 and p90 are those of a lognormal distribution."""
    currency: Annotated[str, Field(max_length=3)] = ""
    owner_role: Annotated[str, Field(max_length=40)]
    case: Annotated[str | None, Field(max_length=64)] = None
    steps: Annotated[list[str] | None, Field(max_length=50)] = None
    about: Annotated[list[str] | None, Field(max_length=50)] = None
    """Addresses: model:NAME@VERSION, dataset:NAME@VERSION, case:NAME."""
    roles: Annotated[list[str] | None, Field(max_length=50)] = None
    mitigations: Annotated[dict[str, MitigationText] | None, Field(max_length=50)] = None
    """By their names."""


class NewRisk(RiskText):
    """A risk to be put on the register."""

    key: Key


class Review(Asked):
    """That somebody looked at a risk."""

    note: Words = ""


class Because(Asked):
    """Why."""

    reason: Reason


class Close(Because):
    """Why a risk cannot come true any more."""

    evidence: Annotated[str | None, Field(min_length=1, max_length=64)] = None
    """Digest or position of the ledger entry that shows it."""


class Occur(Close):
    """That a risk came true, by an entry of the ledger or by an incident."""

    incident: Annotated[int | None, Field(ge=1, le=2**31 - 1)] = None


class RegisterText(Asked):
    """A whole register."""

    text: Annotated[str, Field(min_length=1, max_length=512 * 1024)]
    """The file, in YAML."""


class Stake(Told):
    """What is at stake with a risk."""

    probability: float
    days: float
    """Mean working days of delay where it comes true."""
    loss: float
    """Mean loss then."""
    expected_days: float
    expected_loss: float
    grave: float
    """Money from which on a loss is grave."""
    severity: str
    """low, moderate, high or critical."""


class Mitigation(Told):
    """A mitigation and what the ledger says of it."""

    key: str
    title: str
    owner_role: str
    due: str
    cost: float
    """Expected."""
    leaves: dict[str, float]
    works: str
    """shown to work, shown not to work, not settled, or planned: nothing speaks for it yet."""
    why: str
    evidence: str | None
    """Digest of the evidence."""
    overdue: bool


class Risk(Told):
    """One risk as it stands."""

    key: str
    title: str
    category: str
    state: str
    case: str | None
    owner_role: str
    currency: str
    said: dict[str, Any]
    """All that is said of it, as it can be said again."""
    inherent: Stake
    """As if nothing were done."""
    residual: Stake
    """With what was shown to work, and nothing else."""
    hoped: Stake
    """If all worked that is planned, too."""
    scale: str
    """What its loss is held against: the budget of its use case, or what stands for it."""
    mitigations: list[Mitigation]
    noted_at: str
    noted_by: str
    reviewed_at: str
    """When somebody last looked at it."""
    review_due: str
    unreviewed: bool
    aged: bool
    """Open for half a year, with nothing shown to help and nobody having accepted it."""
    reason: str | None
    """Why it was accepted, closed, or how it came true."""
    shown_by: str | None
    entry: str


class Risks(Told):
    """The register, or a part of it, by expected loss and delay."""

    items: list[Risk]
    next: str | None = None


class Imported(Told):
    """What became of a register that was read."""

    added: list[str]
    edited: list[str]
    unchanged: list[str]


class Template(Told):
    """What typically goes wrong, by category."""

    category: str
    title: str
    cause: str
    event: str
    effect: str
    checks: list[str]
    mitigations: list[str]


class Templates(Told):
    """All templates."""

    items: list[Template]
    next: str | None = None


class LossPercentile(Told):
    """What so large a share of futures loses at most."""

    share: float
    measured: Measured


class Contribution(Told):
    """What one risk has of the loss in all."""

    risk: str
    title: str
    expected: float
    share: float | None
    tail: Measured
    """Its mean loss in the worst twentieth of the futures."""
    tail_share: float | None


class Delay(Told):
    """By how much a risk delays a plan, by the latest forecast of it."""

    risk: str
    """Its name in the plan, or `risk:NAME` of the register."""
    title: str
    case: str
    later: Measured
    p80_later: Measured
    evidence: str
    """Digest of the forecast."""


class Exposure(Told):
    """What the open risks may cost in all."""

    currency: str
    counted: int
    left_out: int
    """Risks in other currencies."""
    futures: int
    seed: int
    correlation: float
    level: float
    inherent: float
    """Expected loss as if nothing were done."""
    expected: float
    """Expected loss with what was shown to work."""
    unsure: Measured
    """The same with the range that uncertain probabilities leave to it."""
    any: Measured
    by: list[LossPercentile]
    tail: Measured
    """Mean of the worst twentieth of the futures."""
    contributions: list[Contribution]
    delays: list[Delay]


class KeepExposure(Asked):
    """Of what the loss is to be kept as evidence."""

    case: Annotated[str | None, Field(max_length=64)] = None
    """A use case; without it, all of the register."""


class Kept(Told):
    """What was kept as evidence."""

    entries: list[str]
    """Digests; none where all is kept already as it is now."""


class KeptLoss(Told):
    """The loss of the register as it was kept at one time."""

    at: str
    open: int
    """Risks that could come true."""
    inherent: Measured
    """Expected as if nothing were done, in the range that unsure probabilities leave."""
    residual: Measured
    """The same with what was shown to work by then."""
    p95: Measured
    entry: str


class LossAt(Told):
    """The expected loss at one time, by what the ledger said then."""

    at: str
    inherent: float
    residual: float
    hoped: float
    """If all worked that was planned then."""
    open: int


class BurnDown(Told):
    """The expected loss of the register over time."""

    currency: str
    points: list[LossAt]
    """Worked out now from what the ledger said at each time, oldest first."""
    kept: list[KeptLoss]
    """As it was kept as evidence, oldest first."""
