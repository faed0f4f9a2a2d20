"""Requests to `/api/v1`: refusals as the errors they are, pages as iterators, writes once.

A write bears an idempotency key, so that sending it again does not do it again: what did not come
through, or met a server that was busy (503: nothing was written), is tried again for a while.
"""

import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ValidationError

from gonogo.core.errors import (
    Broken,
    Conflict,
    Forbidden,
    GonogoError,
    Invalid,
    NotFound,
    Stale,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
)

Shape = TypeVar("Shape", bound=BaseModel)

ERRORS: dict[str, type[GonogoError]] = {
    error.kind: error
    for error in (
        Invalid,
        Unauthenticated,
        Forbidden,
        NotFound,
        Conflict,
        Stale,
        TooLarge,
        TooMany,
        Unavailable,
        Broken,
    )
}
PREFIX = "urn:gonogo:problem:"

TRIES = 4
"""How often a request is sent at most."""
FIRST_WAIT = 0.2
"""Seconds before the second try; each further wait is twice as long."""
LONGEST_WAIT = 5.0
"""Seconds between two tries at most, whatever the server asks for."""
READS = frozenset({"GET", "HEAD"})
Sleep = Callable[[float], None]


class Ours(RuntimeError):
    """The server failed; its log has the details."""


class Http:
    """Requests to `/api/v1`, with refusals raised as errors."""

    def __init__(self, http: httpx.Client, sleep: Sleep = time.sleep) -> None:
        """Speak over `http`; `sleep` waits between tries."""
        self._http = http
        self._sleep = sleep

    def get(self, path: str, shape: type[Shape], **query: Any) -> Shape:
        """Read one thing."""
        return _shaped(shape, self.send("GET", path, query=query))

    def post(
        self,
        path: str,
        shape: type[Shape],
        body: BaseModel | Mapping[str, Any] | None = None,
        **more: Any,
    ) -> Shape:
        """Add or decide something."""
        return _shaped(shape, self.send("POST", path, body=body, **more))

    def put(
        self,
        path: str,
        shape: type[Shape],
        body: BaseModel | Mapping[str, Any],
        etag: str | None = None,
    ) -> Shape:
        """Replace something that was read with `etag`."""
        headers = {"If-Match": f'"{etag}"'} if etag else {}
        return _shaped(shape, self.send("PUT", path, body=body, headers=headers))

    def all(self, path: str, shape: type[BaseModel], **query: Any) -> Iterator[Any]:
        """Every item of a list, page by page."""
        cursor: str | None = None
        while True:
            page: Any = self.get(path, shape, cursor=cursor, **query)
            yield from page.items
            cursor = page.next
            if cursor is None:
                return

    def send(
        self,
        method: str,
        path: str,
        *,
        body: BaseModel | Mapping[str, Any] | None = None,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        keyed: bool = True,
        **more: Any,
    ) -> httpx.Response:
        """One request; raises the error that the answer tells of.

        `keyed`: a write bears an idempotency key. Not one that answers with a secret, which the
        server must not keep.
        """
        given = httpx.Headers(headers)
        if keyed and method not in READS:
            given.setdefault("Idempotency-Key", uuid.uuid4().hex)
        request = {
            "params": {k: v for k, v in (query or {}).items() if v is not None},
            "headers": given,
            **({} if body is None else {"json": _json(body)}),
            **more,
        }
        answer = self._tried(method, f"/api/v1{path}", request)
        if answer.is_error:
            raise refusal(answer)
        return answer

    def _tried(self, method: str, path: str, request: Mapping[str, Any]) -> httpx.Response:
        """The answer to the first try that was answered other than by 503, or to the last."""
        again = method in READS or "Idempotency-Key" in request["headers"]
        tries = 1
        while True:
            wait = FIRST_WAIT * 2 ** (tries - 1)
            try:
                answer = self._http.request(method, path, **request)
            except (httpx.ConnectError, httpx.TimeoutException) as error:
                # Nobody is there, or it was waited for long enough: that is told at once.
                raise self._unanswered(error) from error
            except httpx.TransportError as error:
                if tries == TRIES or not again:
                    raise self._unanswered(error) from error
            else:
                if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE or tries == TRIES:
                    return answer
                wait = max(wait, _seconds(answer.headers.get("retry-after", "")))
            self._sleep(min(wait, LONGEST_WAIT))
            tries += 1

    def _unanswered(self, error: httpx.TransportError) -> Unavailable:
        return Unavailable(
            field="GONOGO_URL",
            value=str(self._http.base_url),
            expected=f"a gonogo server that answers ({error})",
            message="The server does not answer",
        )

    def pause(self, seconds: float) -> None:
        """Wait, as between two tries."""
        self._sleep(seconds)

    def stream(self, path: str, **query: Any) -> AbstractContextManager[httpx.Response]:
        """A context manager around a streamed answer; what cannot be reached is told as ever."""
        return self._streamed(path, query)

    @contextmanager
    def _streamed(self, path: str, query: Mapping[str, Any]) -> Iterator[httpx.Response]:
        try:
            with self._http.stream("GET", f"/api/v1{path}", params=query) as answer:
                yield answer
        except httpx.TransportError as error:
            raise self._unanswered(error) from error


def refusal(answer: httpx.Response) -> Exception:
    """The error an answer tells of."""
    try:
        told = answer.json()
    except ValueError:
        told = {}
    told = told if isinstance(told, dict) else {}
    error = ERRORS.get(str(told.get("type", "")).removeprefix(PREFIX))
    if error is None:
        return Ours(f"{answer.status_code} {told.get('detail', answer.reason_phrase)}")
    found = error(
        field=str(told.get("field")),
        value=told.get("value"),
        expected=str(told.get("expected")),
        message=told.get("title"),
    )
    if isinstance(found, TooMany):
        found.retry_after = int(answer.headers.get("retry-after", "1"))
    return found


def _shaped(shape: type[Shape], answer: httpx.Response) -> Shape:
    try:
        return shape.model_validate_json(answer.content)
    except ValidationError as error:
        raise Ours(
            f"{answer.url} answered something else than a gonogo server of this version does"
        ) from error


def _seconds(text: str) -> float:
    """What Retry-After asks for, where it is a number."""
    return float(text) if text.isascii() and text.isdigit() else 0.0


def _json(body: BaseModel | Mapping[str, Any]) -> Any:
    return body.model_dump(mode="json", by_alias=True) if isinstance(body, BaseModel) else body


def part(text: str) -> str:
    """`text` as one segment of a path."""
    return quote(text, safe="")
