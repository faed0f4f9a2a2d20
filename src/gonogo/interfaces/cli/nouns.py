"""Every noun and verb of the command line and the module it lives in."""

NOUNS = {
    "case": ("gonogo.interfaces.cli.cases", "Use cases: what the organisation wants."),
}
"""Noun → its module (with a Typer called `app`) and its line in the help."""

ALONE: dict[str, str] = {}
"""Verb without a noun → the module that has the function `verb_`."""
