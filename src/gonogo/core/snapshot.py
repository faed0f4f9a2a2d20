"""The route table: all that a gateway needs to decide, immutable and by value.

The control plane publishes one after each decision that moves a route; gateways read it from a file
and go on with the last one when the control plane is away. Shapes only: who decides is elsewhere.
"""

import hashlib
from enum import StrEnum
from typing import Any

import msgspec

VERSION = 1


class Kind(StrEnum):
    """How an arm answers."""

    MODEL = "model"
    ENSEMBLE = "ensemble"
    RULES = "rules"
    """Without a model: the arm "without ML", and what answers when every model fails."""


class Split(StrEnum):
    """How a request finds its arm."""

    SINGLE = "single"
    """One arm takes everything."""
    HASH = "hash"
    """By a stable hash of the entity: canary, A/B, holdout."""
    BANDIT = "bandit"
    """By what was learned, with logged propensities; a holdout keeps its share by the hash."""


class Invalid(StrEnum):
    """What becomes of a request whose features do not fit the schema."""

    REFUSE = "refuse"
    """422, naming the field."""
    DEFAULT = "default"
    """The declared default where there is one, and the record says so; else 422."""


class Explain(StrEnum):
    """When reason codes are computed."""

    NEVER = "never"
    ASKED = "asked"
    ADVERSE = "adverse"
    """For every adverse outcome, and when asked."""


class Feature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A column that a model reads."""

    name: str
    type: str
    """number, integer, text or boolean."""
    required: bool = True
    """Whether null is refused."""
    default: Any = None
    """What stands in for a value that does not fit, where the case's policy takes defaults."""
    low: float | None = None
    high: float | None = None
    """The declared range, both ends within it."""
    categories: tuple[str, ...] | None = None
    """The values there are, where they are known."""
    online: str | None = None
    """Name of the online feature that fills it where the request brings none."""


class Probe(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rows with the scores that were recorded for them when the version was sealed."""

    rows: tuple[dict[str, Any], ...]
    scores: tuple[float, ...]
    tolerance: float = 1e-6


class Conformal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Split conformal prediction: what a set or an interval of the stated coverage is made of."""

    level: float
    quantile: float
    """Of the nonconformity scores of the calibration rows."""
    n: int
    """Calibration rows."""
    interval: bool = False
    """Whether it is about a number, whose interval reaches the quantile to both sides; else about
    a yes and a no, of whose probability nonconformity is what is left to 1."""


class Member(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A version within an arm or an ensemble, with its weight."""

    model: str
    """Its key, `name@number`."""
    weight: float = 1.0


class Served(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A model version that may take traffic."""

    model: str
    number: str
    folder: str
    """Where its files are: a path, taken from the installation's home where it is relative."""
    digest: str
    """Over its files as they were sealed (`core.sealed.digest_of`); another one is never loaded."""
    features: tuple[Feature, ...]
    code: str | None = None
    """The code version it was trained by."""
    probe: Probe | None = None
    calibration: tuple[tuple[float, float], ...] = ()
    """Knots of the calibrated probability over the score, ascending; empty: the score is one."""
    conformal: Conformal | None = None
    words: dict[str, Any] = {}
    """Reasons in plain words, by column, as the model card declares them."""
    background: tuple[dict[str, Any], ...] = ()
    """Rows that reasons are told against."""
    members: tuple[Member, ...] = ()
    """Of an ensemble, whose files hold those of all of them: for whoever reads the table."""

    @property
    def key(self) -> str:
        """Its address: `name@number`."""
        return f"{self.model}@{self.number}"


class Term(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One comparison: `column op value`."""

    column: str
    """A feature, or `score` in rules after the model."""
    op: str
    """One of < <= > >= == != in, not in, missing."""
    value: Any = None


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A hard decline or a business limit: where all terms hold, the outcome is this one."""

    name: str
    when: tuple[Term, ...]
    outcome: str
    reason: str
    """In plain words, for whoever is decided about."""


class Arm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way to answer."""

    name: str
    """champion, canary, treatment, control, holdout, fallback, ..."""
    kind: Kind = Kind.MODEL
    members: tuple[Member, ...] = ()
    stack: Member | None = None
    """The model that reads the members' scores as columns, in a stacked ensemble."""
    share: float = 1.0
    """Of the entities, where the split goes by hash; the shares of a route sum to 1."""
    threshold: float = 0.5
    """From this score on the outcome is the positive one."""
    otherwise: str | None = None
    """The outcome of an arm of rules where none of them holds."""


class Bandit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a bandit has learned, so that propensities can be computed and logged."""

    kind: str
    """thompson, epsilon-greedy or linucb."""
    parameters: dict[str, float] = {}
    arms: dict[str, dict[str, Any]] = {}
    """By arm that it chooses among: `successes` and `failures`, or the matrices of LinUCB. Other
    arms of the route keep their shares; where none is named it chooses among all."""
    context: tuple[str, ...] = ()
    """Features that LinUCB reads."""
    scaling: dict[str, tuple[float, float]] = {}
    """Centre and unit of those that are standardised."""


class Route(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How requests of a use case are decided."""

    case: str
    arms: tuple[Arm, ...]
    fallback: Arm
    """Answers where a model fails, hangs or returns no number, and while `killed`."""
    split: Split = Split.SINGLE
    salt: str = ""
    """Of the hash: another one for each rollout, so that arms of two rollouts are independent."""
    bandit: Bandit | None = None
    shadows: tuple[Arm, ...] = ()
    """Scored and logged, never returned."""
    before: tuple[Rule, ...] = ()
    after: tuple[Rule, ...] = ()
    noted: tuple[str, ...] = ()
    """Columns that requests may bring and nothing here reads: they are written down."""
    positive: str = "approve"
    negative: str = "decline"
    adverse: str | None = "decline"
    """The outcome that somebody is owed reasons for."""
    invalid: Invalid = Invalid.REFUSE
    explain: Explain = Explain.ASKED
    deadline_ms: float = 1000.0
    """A request that waited longer is shed."""
    killed: bool = False
    """The kill switch: every request gets the fallback."""
    release: str | None = None
    """Id of the release that made the route."""
    decided_by: str | None = None
    """Digest of the decision that made the route: what the ledger says of it."""


class Token(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who may call: never the secret itself."""

    id: str
    digest: str
    """SHA-256 of the secret, in hexadecimal digits."""
    cases: tuple[str, ...]
    """Use cases it may call; `*` for all."""
    may: tuple[str, ...] = ("decide", "outcome", "flags")
    expires: float | None = None
    """Unix time."""
    per_second: float | None = None
    """Requests a second, sustained; none: unlimited."""


class Variant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A variant of a flag."""

    name: str
    value: Any
    share: float


class Flag(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A product feature with and without AI, for OpenFeature's clients."""

    key: str
    case: str
    variants: tuple[Variant, ...]
    salt: str
    enabled: bool = True
    default: str | None = None
    """Name of the variant where the flag is off."""


class Window(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An online feature that requests themselves update: a statistic over a rolling window."""

    name: str
    case: str
    entity: str
    """The feature, or `entity`, by whose value it is kept apart."""
    statistic: str
    """count, sum, mean, distinct or since_last."""
    column: str | None = None
    """What is summed or told apart; none for counts."""
    seconds: int = 3600


class Snapshot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that is in force."""

    number: int
    """One more than the one before."""
    at: str
    """When it was made, ISO 8601 in UTC."""
    routes: dict[str, Route] = {}
    models: dict[str, Served] = {}
    tokens: tuple[Token, ...] = ()
    flags: tuple[Flag, ...] = ()
    windows: tuple[Window, ...] = ()
    v: int = VERSION


_decoder = msgspec.json.Decoder(Snapshot)


def encode(snapshot: Snapshot) -> bytes:
    """As it travels, keys in order."""
    return msgspec.json.encode(snapshot, order="sorted")


def decode(text: bytes) -> Snapshot:
    """The snapshot in `text`; raises `msgspec.ValidationError` naming what is wrong."""
    return _decoder.decode(text)


def digest(snapshot: Snapshot) -> str:
    """SHA-256 of what travels, in hexadecimal digits."""
    return hashlib.sha256(encode(snapshot)).hexdigest()
