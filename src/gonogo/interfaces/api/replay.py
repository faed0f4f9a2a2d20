"""A write that is sent twice under one Idempotency-Key: done once, answered the same."""

import hashlib
from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response
from starlette.datastructures import UploadFile

from gonogo.core.errors import Invalid
from gonogo.store.files import CHUNK
from gonogo.store.idempotency import Answer, recall, remember
from gonogo.store.work import Work

HEADER = "Idempotency-Key"
LENGTH = 200
SAFE = {"GET", "HEAD"}
JSON = "application/json"
PARAMETER = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "The same key again answers what was answered, and does nothing.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LENGTH},
}
"""The header, as OpenAPI tells it."""


class Replay:
    """One request and its key, if it has one."""

    def __init__(self, request: Request, body: bytes, given: Mapping[str, Any]) -> None:
        """`body`: of a JSON request; `given`: what a handler is given, files among it."""
        self._key = None if request.method in SAFE else key_of(request)
        self._asked = "" if self._key is None else _digest(request, body, given)

    @property
    def asked_for(self) -> bool:
        """Whether the request bears a key."""
        return self._key is not None

    def before(self, work: Work) -> Response | None:
        """What was answered the first time; raises `Conflict` where that was another request."""
        found = None if self._key is None else recall(work, self._key, self._asked)
        if found is None:
            return None
        return Response(
            found.body,
            status_code=found.status,
            media_type=JSON,
            headers={
                "Idempotent-Replayed": "true",
                **({} if found.etag is None else {"ETag": found.etag}),
            },
        )

    def keep(self, work: Work, response: Response) -> None:
        """Keep the answer, in the transaction of what it answers where that is one."""
        if self._key is not None and recall(work, self._key, self._asked) is None:
            text = bytes(response.body).decode()
            answer = Answer(response.status_code, text, response.headers.get("ETag"))
            remember(work, self._key, self._asked, answer)


def key_of(request: Request) -> str | None:
    """The key of a request; raises `Invalid` for one that cannot be."""
    key = request.headers.get(HEADER)
    if key is not None and not (1 <= len(key) <= LENGTH and key.isprintable()):
        raise Invalid(field=HEADER, value=key, expected=f"1 to {LENGTH} printable characters")
    return key


def _digest(request: Request, body: bytes, given: Mapping[str, Any]) -> str:
    """What was asked: method, address, body, and for a form its fields and files."""
    hashed = hashlib.sha256(f"{request.method} {request.url.path}?{request.url.query}\n".encode())
    hashed.update(body)
    for name, value in sorted(given.items()):
        if isinstance(value, UploadFile):
            hashed.update(f"{name}:".encode())
            value.file.seek(0)
            while chunk := value.file.read(CHUNK):
                hashed.update(chunk)
            value.file.seek(0)
        elif isinstance(value, str) and not body:
            hashed.update(f"{name}={len(value)}:{value}\n".encode())
    return hashed.hexdigest()
