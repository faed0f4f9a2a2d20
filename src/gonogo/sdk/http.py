"""Requests to `/api/v1`: refusals as the errors they are, pages as iterators."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel

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


class Ours(RuntimeError):
    """The server failed; its log has the details."""


class Http:
    """Requests to `/api/v1`, with refusals raised as errors."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def get(self, path: str, shape: type[Shape], **query: Any) -> Shape:
        """Read one thing."""
        return shape.model_validate(self.send("GET", path, query=query).json())

    def post(
        self,
        path: str,
        shape: type[Shape],
        body: BaseModel | Mapping[str, Any] | None = None,
        **more: Any,
    ) -> Shape:
        """Add or decide something."""
        return shape.model_validate(self.send("POST", path, body=body, **more).json())

    def put(
        self,
        path: str,
        shape: type[Shape],
        body: BaseModel | Mapping[str, Any],
        etag: str | None = None,
    ) -> Shape:
        """Replace something that was read with `etag`."""
        headers = {"If-Match": f'"{etag}"'} if etag else {}
        return shape.model_validate(self.send("PUT", path, body=body, headers=headers).json())

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
        **more: Any,
    ) -> httpx.Response:
        """One request; raises the error that the answer tells of."""
        content = {} if body is None else {"json": _json(body)}
        try:
            answer = self._http.request(
                method,
                f"/api/v1{path}",
                params={k: v for k, v in (query or {}).items() if v is not None},
                headers=dict(headers or {}),
                **content,
                **more,
            )
        except httpx.TransportError as error:
            raise Unavailable(
                field="GONOGO_URL",
                value=str(self._http.base_url),
                expected=f"a gonogo server that answers ({error})",
            ) from error
        if answer.is_error:
            raise refusal(answer)
        return answer

    def stream(self, path: str, **query: Any) -> AbstractContextManager[httpx.Response]:
        """A context manager around a streamed answer."""
        return self._http.stream("GET", f"/api/v1{path}", params=query)


def refusal(answer: httpx.Response) -> Exception:
    """The error an answer tells of."""
    try:
        told = answer.json()
    except ValueError:
        told = {}
    error = ERRORS.get(str(told.get("type", "")).removeprefix(PREFIX))
    if error is None:
        return Ours(f"{answer.status_code} {told.get('detail', answer.reason_phrase)}")
    found = error(
        field=told["field"],
        value=told.get("value"),
        expected=told["expected"],
        message=told["title"],
    )
    if isinstance(found, TooMany):
        found.retry_after = int(answer.headers.get("retry-after", "1"))
    return found


def _json(body: BaseModel | Mapping[str, Any]) -> Any:
    return body.model_dump(mode="json", by_alias=True) if isinstance(body, BaseModel) else body


def part(text: str) -> str:
    """`text` as one segment of a path."""
    return quote(text, safe="")
