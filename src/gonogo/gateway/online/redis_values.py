"""Features by entity from Redis: a hash for each, so that any pipeline can write them.

`HSET <prefix>:<case>:<entity> <feature> <JSON value>`, as in `HSET gonogo:fraud:c17 limit 2500`.
Needs the extra `redis`. What is not there, or not there in time, is missing: the declared default
stands in or the request is refused, as the case's policy says; a Redis that fails is left alone
for a second, so that it costs few requests their time.
"""

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

_decode = msgspec.json.Decoder().decode


@dataclass(slots=True)
class RedisValues:
    """Reads values; blocks up to `TIMEOUT_SECONDS` where they are not in memory."""

    client: Any
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


def connected(url: str, stopwatch: Callable[[], float], prefix: str = PREFIX) -> RedisValues:
    """Values from the Redis at `url`; raises `Unavailable` without the extra `redis`."""
    try:
        import redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry
    except ImportError as error:
        raise Unavailable(
            field="GONOGO_FEATURES", value="redis", expected="the extra `redis` to be installed"
        ) from error
    client = redis.Redis.from_url(
        url,
        socket_timeout=TIMEOUT_SECONDS,
        socket_connect_timeout=TIMEOUT_SECONDS,
        retry=Retry(NoBackoff(), 0),
        protocol=2,
    )
    return RedisValues(client, stopwatch, prefix)


def _text(found: bytes | str) -> str:
    return found if isinstance(found, str) else found.decode("utf-8", "replace")


def _value(found: bytes | str) -> Any:
    """What stands there as JSON; text that is none is text."""
    try:
        return _decode(found)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _text(found)
