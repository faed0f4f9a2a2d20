"""Features by entity from Redis: a hash for each, so that any pipeline can write them.

`HSET <prefix>:<case>:<entity> <feature> <JSON value>`, as in `HSET gonogo:fraud:c17 limit 2500`.
Needs the extra `redis`. What is not there, or not there in time, is missing: the declared default
stands in or the request is refused, as the case's policy says; a Redis that fails is left alone
for a second, so that it costs few requests their time.
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from gonogo.core.errors import Unavailable

PREFIX = "gonogo"
TIMEOUT_SECONDS = 0.02
"""How long a request waits for its features."""
FRESH_SECONDS = 1.0
"""How long values are taken from memory."""
PAUSE_SECONDS = 1.0
"""How long a Redis that failed is not asked."""
MOST_FRESH = 10_000
FORGET_SECONDS = 2.0
"""How long an answer is waited for when an entity is erased."""
SCANNED = 1000
"""Keys that are looked at in one go."""

_decode = msgspec.json.Decoder().decode


@dataclass(slots=True)
class RedisValues:
    """Reads values; blocks up to `TIMEOUT_SECONDS` where they are not in memory."""

    client: Any
    patient: Any
    """The same Redis for what no request waits for."""
    stopwatch: Callable[[], float]
    prefix: str = PREFIX
    failures: int = 0
    """Times that Redis did not answer since the start."""
    error: str | None = None
    """What it said last, None where it answers."""
    _until: float = float("-inf")
    """Not asked before."""
    _fresh: OrderedDict[tuple[str, str], tuple[float, dict[str, Any] | None]] = field(
        default_factory=OrderedDict
    )

    def get(self, case: str, entity: str | int) -> Mapping[str, Any] | None:
        """What is known of an entity, None where nothing is or Redis does not answer."""
        place, now = (case, str(entity)), self.stopwatch()
        known = self._fresh.get(place)
        if known is not None and now - known[0] < FRESH_SECONDS:
            return known[1]
        if now < self._until:
            return None
        try:
            found = self.client.hgetall(f"{self.prefix}:{case}:{entity}")
        except Exception as error:  # noqa: BLE001  # its library has many, and any means: no values
            self.failures += 1
            self.error, self._until = f"{type(error).__name__}: {error}", now + PAUSE_SECONDS
            return None
        self.error = None
        values = {_text(name): _value(value) for name, value in found.items()} or None
        self._fresh[place] = (now, values)
        if len(self._fresh) > MOST_FRESH:
            self._fresh.popitem(last=False)
        return values

    def forget(self, case: str | None, entity: str) -> None:
        """Delete what is known of an entity, in `case` or in all; raises `Unavailable`.

        Of all use cases each is asked for that has values: any pipeline may have written them.
        """
        try:
            if case is not None:
                keys: list[Any] = [f"{self.prefix}:{case}:{entity}"]
            else:
                written = f"{self.prefix}:*:{_literally(entity)}"
                keys = [
                    one
                    for one in self.patient.scan_iter(match=written, count=SCANNED)
                    if _entity_of(_text(one), self.prefix) == entity
                ]
            if keys:
                self.patient.delete(*keys)
        except Exception as error:
            raise Unavailable(
                field="GONOGO_FEATURES",
                value=f"{type(error).__name__}: {error}"[:200],
                expected="a Redis that answers",
            ) from error
        for place in [one for one in tuple(self._fresh) if one[1] == entity]:
            if case in (None, place[0]):
                self._fresh.pop(place, None)


def connected(
    url: str,
    stopwatch: Callable[[], float],
    prefix: str = PREFIX,
    seconds: float = TIMEOUT_SECONDS,
) -> RedisValues:
    """Values from the Redis at `url`, each waited for so long.

    Raises `Unavailable` without the extra `redis`.
    """
    try:
        import redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry
    except ImportError as error:
        raise Unavailable(
            field="GONOGO_FEATURES", value="redis", expected="the extra `redis` to be installed"
        ) from error
    quick, patient = (
        redis.Redis.from_url(
            url,
            socket_timeout=limit,
            socket_connect_timeout=limit,
            retry=Retry(NoBackoff(), 0),
            protocol=2,
        )
        for limit in (seconds, FORGET_SECONDS)
    )
    return RedisValues(quick, patient, stopwatch, prefix)


def _literally(text: str) -> str:
    """`text` as a pattern of Redis that only it fits."""
    return re.sub(r"([*?\[\]\\^-])", r"\\\1", text)


def _entity_of(key: str, prefix: str) -> str:
    """Whom a key is about: a use case's name holds no colon, an entity may."""
    return key[len(prefix) + 1 :].partition(":")[2]


def _text(found: bytes | str) -> str:
    return found if isinstance(found, str) else found.decode("utf-8", "replace")


def _value(found: bytes | str) -> Any:
    """What stands there as JSON; text that is none is text."""
    try:
        return _decode(found)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _text(found)
