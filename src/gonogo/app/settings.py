"""Settings: read once from the environment, refused when wrong."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gonogo.core.errors import Invalid
from gonogo.core.subjects import SLUG
from gonogo.gateway.sources import Sources, sources
from gonogo.records.retention import Retention
from gonogo.records.segments import Durability

HOST = re.compile(r"[A-Za-z0-9._-]+|\[?[0-9A-Fa-f:.]+\]?")
DAYS = re.compile(r"[1-9][0-9]{0,3}|[12][0-9]{4}|3[0-5][0-9]{3}|36[0-4][0-9]{2}|36500")
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set, with the embedded default."""

    home: Path
    """GONOGO_HOME: the folder of database, files and logs; `.gonogo`."""
    database_url: str = field(repr=False)
    """GONOGO_DATABASE_URL: postgresql+psycopg://user@host/database; SQLite in the home."""
    files: str
    """GONOGO_FILES: a folder, or s3://bucket/folder; `files` in the home."""
    mlflow_url: str | None
    """GONOGO_MLFLOW_URL: an MLflow server that is already there; gonogo's own."""
    mlflow_token: str | None = field(repr=False)
    """GONOGO_MLFLOW_TOKEN: what that server wants as bearer token; none."""
    host: str
    """GONOGO_HOST: the address where it listens; 127.0.0.1, which only this machine reaches."""
    port: int
    """GONOGO_PORT: the port where it listens, 0 for any free one; 8080."""
    behind_tls: bool
    """GONOGO_BEHIND_TLS: whether a TLS proxy stands in front; no."""
    allowed_hosts: tuple[str, ...] = ("127.0.0.1", "::1", "localhost")
    """GONOGO_ALLOWED_HOSTS: names it is reached by, parted by commas, `*` for any; local ones."""
    gateway: bool = True
    """GONOGO_GATEWAY: whether `gonogo up` runs the decision gateway beside it; yes."""
    gateway_host: str = "127.0.0.1"
    """GONOGO_GATEWAY_HOST: the address where the gateway listens; 127.0.0.1."""
    gateway_port: int = 8090
    """GONOGO_GATEWAY_PORT: the port where the gateway listens, 0 for any free one; 8090."""
    features: str | None = field(default=None, repr=False)
    """GONOGO_FEATURES: redis://host:port/0, where values of entities are; kept in the home."""
    snapshot_url: str | None = None
    """GONOGO_SNAPSHOT_URL: where a gateway fetches its routes, besides its home; nowhere."""
    snapshot_token: str | None = field(default=None, repr=False)
    """GONOGO_SNAPSHOT_TOKEN: what that address wants as bearer token; none."""
    event_sources: Sources = field(default_factory=Sources)
    """GONOGO_EVENT_SOURCES: CASE=NETWORK whose events of KServe need no token; nobody's."""
    log_durability: Durability = Durability.PAGE_CACHE
    """GONOGO_LOG_DURABILITY: what an acknowledged decision survives; page-cache, or fsync."""
    retention: Retention = field(default_factory=Retention)
    """GONOGO_LOG_DAYS: days for which decisions are kept, as 400 or 400,fraud=90; without end."""

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine reaches it."""
        return self.host in LOOPBACK

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies travel over TLS only."""
        return self.behind_tls


def read(environment: Mapping[str, str]) -> Settings:
    """The settings in `environment`; raises `Invalid` naming the variable."""
    home = Path(environment.get("GONOGO_HOME") or ".gonogo").absolute()
    host = environment.get("GONOGO_HOST") or "127.0.0.1"
    return Settings(
        home=home,
        database_url=environment.get("GONOGO_DATABASE_URL") or f"sqlite:///{home}/gonogo.db",
        files=environment.get("GONOGO_FILES") or f"{home}/files",
        mlflow_url=environment.get("GONOGO_MLFLOW_URL") or None,
        mlflow_token=environment.get("GONOGO_MLFLOW_TOKEN") or None,
        host=host,
        port=_port(environment.get("GONOGO_PORT") or "8080"),
        behind_tls=_switch(environment, "GONOGO_BEHIND_TLS", default=False),
        allowed_hosts=_hosts(environment.get("GONOGO_ALLOWED_HOSTS") or "", host),
        gateway=_switch(environment, "GONOGO_GATEWAY", default=True),
        gateway_host=environment.get("GONOGO_GATEWAY_HOST") or "127.0.0.1",
        gateway_port=_port(environment.get("GONOGO_GATEWAY_PORT") or "8090", "GONOGO_GATEWAY_PORT"),
        features=environment.get("GONOGO_FEATURES") or None,
        snapshot_url=environment.get("GONOGO_SNAPSHOT_URL") or None,
        snapshot_token=environment.get("GONOGO_SNAPSHOT_TOKEN") or None,
        event_sources=sources(
            environment.get("GONOGO_EVENT_SOURCES") or "", "GONOGO_EVENT_SOURCES"
        ),
        log_durability=_durability(environment.get("GONOGO_LOG_DURABILITY") or "page-cache"),
        retention=_retention(environment.get("GONOGO_LOG_DAYS") or ""),
    )


def _hosts(text: str, bound: str) -> tuple[str, ...]:
    """Those that are named, and the ways in which this machine itself reaches the server."""
    said = [one.strip() for one in text.split(",") if one.strip()]
    for one in said:
        if one != "*" and not HOST.fullmatch(one):
            raise Invalid(
                field="GONOGO_ALLOWED_HOSTS",
                value=one,
                expected="names without scheme and port, parted by commas, or *",
            )
    return tuple(sorted({*said, bound, *LOOPBACK}))


def _durability(text: str) -> Durability:
    try:
        return Durability(text)
    except ValueError as error:
        raise Invalid(
            field="GONOGO_LOG_DURABILITY", value=text, expected=" or ".join(Durability)
        ) from error


def _retention(text: str) -> Retention:
    """Days for all use cases, and after a name those of one: `400,fraud=90`."""
    whole, cases = None, {}
    for one in (part.strip() for part in text.split(",")):
        case, named, days = one.rpartition("=")
        if not one:
            continue
        wrong = not SLUG.fullmatch(case) or case in cases if named else whole is not None
        if wrong or not DAYS.fullmatch(days):
            raise Invalid(
                field="GONOGO_LOG_DAYS",
                value=one,
                expected="days from 1 to 36500, and CASE=DAYS for use cases with days of their own",
            )
        if named:
            cases[case] = int(days)
        else:
            whole = int(days)
    return Retention(whole, cases)


def _port(text: str, name: str = "GONOGO_PORT") -> int:
    if not (text.isascii() and text.isdigit() and int(text) < 65536):
        raise Invalid(field=name, value=text, expected="a port, 1 to 65535, or 0 for any free one")
    return int(text)


def _switch(environment: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = environment.get(name, "").lower()
    if text in {"1", "true", "yes", "on"}:
        return True
    if text in {"0", "false", "no", "off"}:
        return False
    if text:
        raise Invalid(field=name, value=text, expected="yes or no")
    return default
