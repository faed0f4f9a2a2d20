"""Having something measured from a page: it is waited for a moment, then goes on beside."""

from collections.abc import Mapping

from gonogo.core.caller import Caller
from gonogo.core.canonical import Json
from gonogo.core.subjects import Subject
from gonogo.domain.measurements.rules import State
from gonogo.flows import measurements as flow
from gonogo.interfaces.web.needs import WebNeeds

PATIENCE = 2.0
"""Seconds that a form waits for the end."""


def measured_soon(
    needs: WebNeeds, caller: Caller, subject: Subject, asked: Mapping[str, Json]
) -> str:
    """Have it measured, and what to say of it; raises what it was refused for."""
    with needs.open_work(caller) as work:
        made = flow.ask(work, subject, asked)
    needs.measure()
    found = flow.soon(needs.open_work, caller, made, PATIENCE)
    if found.state is State.DONE:
        many = len(found.entries)
        return f"The server measured {many} thing{'' if many == 1 else 's'} itself."
    return "The server is measuring; this page shows how far it is."
