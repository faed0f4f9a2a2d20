"""What policies would have brought, before one goes live, from a client."""

from collections.abc import Mapping, Sequence
from typing import Any

from gonogo.schemas import off_policy as schemas
from gonogo.sdk.http import Http, part


def estimate(
    http: Http,
    case: str,
    *,
    data: str | None,
    columns: Mapping[str, str] | None,
    context: Sequence[str] | None,
    **more: Any,
) -> schemas.OffPolicy:
    """Ask for it; what is None is left to the server."""
    asked: dict[str, Any] = {"data": data, **more}
    asked["columns"] = None if columns is None else dict(columns)
    asked["context"] = None if context is None else list(context)
    body = {name: value for name, value in asked.items() if value is not None}
    return http.post(f"/cases/{part(case)}/off-policy", schemas.OffPolicy, body)
