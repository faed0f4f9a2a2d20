"""Who may call what, and how often."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from math import ceil

from gonogo.core.errors import Forbidden, TooMany, Unauthenticated
from gonogo.core.snapshot import Token

ALL = "*"
"""Stands for every use case."""
BURST_SECONDS = 1.0
"""Seconds' worth of requests that may come at once."""
SCHEME = "bearer "


@dataclass(slots=True, eq=False)
class Bucket:
    """Requests that a token may still make: filled steadily, emptied by requests."""

    per_second: float
    left: float
    filled: float
    """When it was filled last, by the stopwatch."""

    def take(self, now: float, count: int = 1) -> float:
        """Take `count`; seconds until they are there where they are not, else 0."""
        most = max(1.0, self.per_second * BURST_SECONDS)
        self.left = min(most, self.left + (now - self.filled) * self.per_second)
        self.filled = now
        # A batch larger than the bucket is let in when it is full, and leaves a debt behind.
        wanted = min(float(count), most)
        if self.left >= wanted:
            self.left -= count
            return 0.0
        return (wanted - self.left) / self.per_second


class Tokens:
    """The tokens of a snapshot; how much each has used is kept from one snapshot to the next."""

    def __init__(self, tokens: Iterable[Token], stopwatch: Callable[[], float]) -> None:
        self._by_digest = {token.digest: token for token in tokens}
        self._stopwatch = stopwatch
        self._buckets: dict[str, Bucket] = {}

    def take_over(self, before: "Tokens") -> None:
        """Go on with what was used of the same tokens at the same rate."""
        rates = {token.id: token.per_second for token in self._by_digest.values()}
        self._buckets = {
            name: bucket
            for name, bucket in before._buckets.items()  # noqa: SLF001  # of the same class
            if rates.get(name) == bucket.per_second
        }

    def find(self, header: str | None, now: int) -> Token:
        """The token in an `Authorization` header at `now`, in microseconds since 1970.

        Raises `Unauthenticated`.
        """
        if header is None or header[: len(SCHEME)].lower() != SCHEME:
            raise Unauthenticated(field="Authorization", expected="Bearer and a token")
        secret = header[len(SCHEME) :].strip()
        token = self._by_digest.get(sha256(secret.encode("utf-8", "replace")).hexdigest())
        if token is None:
            raise Unauthenticated(field="Authorization", expected="a token that is known here")
        if token.expires is not None and now >= token.expires * 1e6:
            raise Unauthenticated(field="Authorization", expected="a token that has not expired")
        return token

    def allow(self, token: Token, what: str, case: str, count: int = 1) -> None:
        """Raise `Forbidden` where `token` may not do `what` in `case`, `TooMany` where it slows."""
        if what not in token.may:
            raise Forbidden(
                field="Authorization", value=what, expected=f"a token for {', '.join(token.may)}"
            )
        if case not in token.cases and ALL not in token.cases:
            raise Forbidden(field="case", value=case, expected="a use case the token is for")
        if token.per_second is not None:
            self._slow_down(token, token.per_second, count)

    def _slow_down(self, token: Token, per_second: float, count: int) -> None:
        now = self._stopwatch()
        bucket = self._buckets.get(token.id)
        if bucket is None:
            full = max(1.0, per_second * BURST_SECONDS)
            bucket = self._buckets[token.id] = Bucket(per_second, full, now)
        wait = bucket.take(now, count)
        if wait:
            raise TooMany(
                field="Authorization",
                value=f"more than {per_second:g} a second",
                expected=f"at most {per_second:g} a second for this token",
                retry_after=max(1, ceil(wait)),
            )
