"""The tree of commands, put together from the nouns; only those that are asked for are loaded."""

from collections.abc import Mapping
from importlib import import_module
from typing import Annotated

import typer

from gonogo.interfaces.cli.nouns import NOUNS

ROOT_HELP = (
    "Mission control for machine learning: claims settled by evidence, decisions that cite it."
)

WIDTH = 100
"""Columns of the help."""


def tree(alone: Mapping[str, str], asked: str | None = None) -> typer.Typer:
    """The command `gonogo`; with `asked`, only that noun or verb is loaded.

    An unknown noun loads everything, so that the error can name what there is. A word that is a
    noun and stands alone too does without a verb what it does alone.
    """
    root = typer.Typer(
        help=ROOT_HELP,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": WIDTH},
    )
    root.callback()(_root)
    known = asked in NOUNS or asked in alone
    for noun, (module, line) in NOUNS.items():
        if not known or noun == asked:
            app = import_module(module).app
            if noun in alone:
                made = import_module(alone[noun])
                app.callback(invoke_without_command=True, epilog=made.EPILOG)(made.command)
            root.add_typer(app, name=noun, help=line, no_args_is_help=noun not in alone)
    for verb, module in alone.items():
        if verb not in NOUNS and (not known or verb == asked):
            made = import_module(module)
            root.command(verb, epilog=made.EPILOG)(made.command)
    return root


def _root(
    *,
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.")] = False,
) -> None:
    """Hold the nouns together, also when there is only one."""


def help_text(alone: Mapping[str, str]) -> str:
    """What `gonogo --help` prints; kept in help.txt, so that it need not be made each time."""
    command = typer.main.get_command(tree(alone))
    context = command.make_context(
        "gonogo", [], resilient_parsing=True, terminal_width=WIDTH, color=False
    )
    return command.get_help(context) + "\n"
