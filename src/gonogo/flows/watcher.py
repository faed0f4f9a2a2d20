"""gonogo itself, as one who measures and moves what somebody started; what it says it is about."""

from gonogo.core.caller import SYSTEM, Caller, Grant
from gonogo.core.evidence import Parameters
from gonogo.core.roles import Role
from gonogo.domain.releases.rules import Release

WATCHER = Caller(actor=SYSTEM.actor, name=SYSTEM.name, grants=(Grant(Role.ML_ENGINEER),))
"""gonogo itself, as one who may have evidence measured and move what was started."""


def about(release: Release) -> Parameters:
    """What evidence of a release is about, and what it was compared with."""
    found = {"release": release.id}
    if release.before is not None:
        found["versus"] = str(release.before)
    return found
