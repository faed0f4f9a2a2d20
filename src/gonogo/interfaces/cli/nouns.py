"""Every noun and verb of the command line and the module it lives in."""

NOUNS = {
    "case": ("gonogo.interfaces.cli.cases", "Use cases: what the organisation wants."),
    "hypothesis": (
        "gonogo.interfaces.cli.hypotheses",
        "Hypotheses: registered before any run counts.",
    ),
    "run": ("gonogo.interfaces.cli.runs", "Runs: which count for a hypothesis, which do not."),
    "dataset": ("gonogo.interfaces.cli.datasets", "Datasets: immutable versions of files."),
    "evidence": ("gonogo.interfaces.cli.evidence", "Evidence: what was measured."),
    "model": ("gonogo.interfaces.cli.models", "Models: sealed versions, champions by time."),
    "plan": ("gonogo.interfaces.cli.plans", "Plans: when, how likely, what drives the date."),
    "risk": ("gonogo.interfaces.cli.risks", "Risks: what may happen, and what is done about it."),
    "board": ("gonogo.interfaces.cli.boards", "Boards: work in progress, and when it is done."),
    "debt": ("gonogo.interfaces.cli.debts", "Technical debt, and what it costs a month."),
    "portfolio": (
        "gonogo.interfaces.cli.portfolio",
        "The portfolio: what use cases are worth, and which to do.",
    ),
    "budget": (
        "gonogo.interfaces.cli.budgets",
        "Budgets: planned against actual against forecast.",
    ),
    "compute": ("gonogo.interfaces.cli.compute", "Compute: hours, cost and carbon, and quotas."),
    "user": ("gonogo.interfaces.cli.users", "Users, and what they may do."),
    "token": ("gonogo.interfaces.cli.tokens", "Tokens for pipelines and notebooks."),
    "policy": (
        "gonogo.interfaces.cli.policies",
        "Policies: what a gate asks, versioned by content.",
    ),
    "gate": (
        "gonogo.interfaces.cli.gates",
        "Gates: model versions reviewed, signed, waived, decided.",
    ),
    "release": (
        "gonogo.interfaces.cli.releases",
        "Releases: how a version takes over, watched, and back by itself.",
    ),
    "incident": ("gonogo.interfaces.cli.incidents", "Incidents: what went wrong in production."),
    "gateway": (
        "gonogo.interfaces.cli.gateway",
        "The gateway: serve decisions until stopped; why one was taken, what is erased.",
    ),
    "ledger": ("gonogo.interfaces.cli.ledger", "The ledger: read it, verify it, take it along."),
    "decision": ("gonogo.interfaces.cli.decisions", "Decisions: what was decided, why, on what."),
}
"""Noun → its module (with a Typer called `app`) and its line in the help."""
