"""Spans of decisions, for whoever has a tracer."""

from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from gonogo.gateway.tracing import Tracing
from tests.fixtures.gateways import BAD, CASE, Desk, Models, arm, route


def test_a_span_tells_what_was_decided_and_whose_child_it_is(desk: Desk, versions: Models) -> None:
    kept = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    desk.built.gateway.tracing = Tracing(provider.get_tracer("tests"))
    model = versions.lightgbm()
    desk.publish(routes=[route(arm("champion", model))], models=[model])
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    path, body = f"/v1/decide/{CASE}", {"features": BAD}
    said = desk.ask(path, body, headers={"traceparent": parent}).said
    assert desk.ask(path, {"features": {}}).status == 422
    decided, refused = kept.get_finished_spans()
    assert decided.attributes is not None
    assert decided.attributes["gonogo.decision_id"] == said["decision_id"]
    assert decided.attributes["gonogo.outcome"] == "decline"
    assert decided.parent is not None
    assert f"{decided.parent.trace_id:032x}" in parent
    assert refused.attributes is not None
    assert refused.attributes["http.response.status_code"] == 422
