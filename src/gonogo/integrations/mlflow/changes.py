"""What a successful call has changed, read from what was asked and what was answered."""

from typing import Any

from gonogo.integrations.mlflow.guard import Said, read_body, text
from gonogo.integrations.mlflow.ports import Caller, Change

RUN_CALLS = frozenset(
    {
        "runs/create",
        "runs/update",
        "runs/delete",
        "runs/restore",
        "runs/set-tag",
        "runs/delete-tag",
        "runs/log-batch",
        "runs/log-inputs",
        "runs/log-metric",
        "runs/log-model",
        "runs/log-parameter",
        "runs/outputs",
    }
)
MODEL_CALLS = frozenset(
    {
        "model-versions/create",
        "model-versions/update",
        "model-versions/delete",
        "model-versions/set-tag",
        "model-versions/delete-tag",
        "model-versions/transition-stage",
        "registered-models/alias",
        "registered-models/create",
        "registered-models/delete",
        "registered-models/rename",
        "registered-models/set-tag",
        "registered-models/update",
    }
)
TOLD = RUN_CALLS | MODEL_CALLS
"""Calls that are told of; the rest changes nothing that gonogo keeps."""

ANSWERED = frozenset({"runs/create", "model-versions/create"})
"""Calls whose answer names what was made."""


def change(call: str, said: Said, answer: bytes, caller: Caller) -> Change:
    """The change that a successful `call` has made."""
    answered = read_body(answer) if call in ANSWERED else {}
    if call in RUN_CALLS:
        made = _within(answered, "run", "info")
        run_id = text(made, "run_id", "run_uuid") or text(
            said, "run_id", "runId", "run_uuid", "runUuid"
        )
        return Change(call, caller, run_id=run_id or None)
    made = _within(answered, "model_version")
    return Change(
        call,
        caller,
        run_id=text(made, "run_id") or None,
        model=text(made, "name") or text(said, "name") or None,
        version=text(made, "version") or text(said, "version") or None,
    )


def _within(answered: Said, *names: str) -> Said:
    found: Any = answered
    for name in names:
        found = found.get(name, {}) if isinstance(found, dict) else {}
    return found if isinstance(found, dict) else {}
