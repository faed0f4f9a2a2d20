"""Every noun and verb of the command line and the module it lives in."""

NOUNS = {
    "case": ("gonogo.interfaces.cli.cases", "Use cases: what the organisation wants."),
    "model": ("gonogo.interfaces.cli.models", "Models: sealed versions, champions by time."),
}
"""Noun → its module (with a Typer called `app`) and its line in the help."""
