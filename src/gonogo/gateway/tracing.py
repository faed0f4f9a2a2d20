"""Traces by OpenTelemetry, where somebody configured it: without that nothing is paid for it."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any

import msgspec
from opentelemetry import trace
from opentelemetry.propagate import extract
from opentelemetry.trace import (
    NoOpTracerProvider,
    ProxyTracerProvider,
    SpanKind,
    Status,
    StatusCode,
    Tracer,
)

from gonogo.gateway.exchange import Request, Response

CARRIED = ("traceparent", "tracestate")
TOLD = ("decision_id", "model", "route", "outcome", "kind")
"""What of an answer stands in its span."""


@dataclass(frozen=True, slots=True)
class Tracing:
    """A span around each request, a child of the caller's."""

    tracer: Tracer

    async def around(self, request: Request, answer: Awaitable[Response]) -> Response:
        """The answer, with a span that tells what was decided."""
        carried = {name: found for name in CARRIED if (found := request.header(name))}
        with self.tracer.start_as_current_span(
            f"{request.method} {request.path}",
            context=extract(carried),
            kind=SpanKind.SERVER,
            attributes={"http.request.method": request.method, "url.path": request.path},
        ) as span:
            response = await answer
            span.set_attribute("http.response.status_code", response.status)
            for name, value in _told(response).items():
                span.set_attribute(f"gonogo.{name}", value)
            if response.status >= 500:
                span.set_status(Status(StatusCode.ERROR))
            return response


def tracing() -> Tracing | None:
    """Spans go where the process's provider sends them; None where nobody set one."""
    provider = trace.get_tracer_provider()
    if isinstance(provider, ProxyTracerProvider | NoOpTracerProvider):
        return None
    return Tracing(trace.get_tracer("gonogo.gateway"))


def _told(response: Response) -> dict[str, str]:
    if response.status != 200 or not response.body.startswith(b'{"decision_id"'):
        return {}
    found: dict[str, Any] = msgspec.json.decode(response.body)
    return {name: str(found[name]) for name in TOLD if found.get(name) is not None}
