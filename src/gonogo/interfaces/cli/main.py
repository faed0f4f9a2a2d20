"""The command `gonogo`: noun, then verb. Heavy imports wait until a command needs them."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import gonogo

HELP = Path(__file__).with_name("help.txt")
PIPE_CLOSED = 141
"""What a program ends with whose reader went away, as a shell has it of others."""
STOPPED = 130


def run(arguments: list[str], alone: Mapping[str, str]) -> int:
    """Run `arguments`; the exit code.

    `alone` has the verbs without a noun, which act on the installation itself: verb → module that
    has a function of that name.
    """
    try:
        code = _answer(arguments, alone)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read this has read enough. What Python still holds for it goes nowhere, quietly.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    return code


def _answer(arguments: list[str], alone: Mapping[str, str]) -> int:
    if arguments in ([], ["--help"], ["-h"]):
        # Loading the command tree costs ten times Python's own start. Its help is a file, which
        # `make docs` writes and a test compares with what the tree prints.
        sys.stdout.write(HELP.read_text(encoding="utf-8"))
        return 0
    if arguments == ["--version"]:
        sys.stdout.write(f"gonogo {gonogo.__version__}\n")
        return 0
    return _run(arguments, alone)


def _run(arguments: list[str], alone: Mapping[str, str]) -> int:
    import typer
    from typer.exceptions import Abort, Exit, TyperException

    from gonogo.core.errors import GonogoError
    from gonogo.interfaces.cli.kit import OUR_FAULT, failed, told
    from gonogo.interfaces.cli.tree import tree
    from gonogo.sdk.http import Ours

    try:
        command = typer.main.get_command(tree(alone, arguments[0]))
        code = command.main(arguments, prog_name="gonogo", standalone_mode=False)
    except GonogoError as error:
        return told(error)
    except Ours as error:
        sys.stderr.write(f"gonogo: {error}\n")
        return OUR_FAULT
    except Exit as stop:
        return stop.exit_code
    except TyperException as error:
        sys.stderr.write(_usage(error))
        return 2
    except (Abort, KeyboardInterrupt):
        sys.stderr.write("gonogo: stopped\n")
        return STOPPED
    except BrokenPipeError:
        raise
    except SystemExit as stop:
        # Typer's own answer to a closed pipe is 1, which here would say that the answer is no.
        if isinstance(stop.__context__, BrokenPipeError):
            raise stop.__context__ from None
        raise
    except Exception as error:  # noqa: BLE001  # whatever it is, it is no answer: exit code 70
        return failed(error)
    return code if isinstance(code, int) else 0


def _usage(error: Any) -> str:
    """What is wrong with the words of a command, and where it says what there is."""
    message: str = error.format_message()
    if message.startswith("Usage:"):
        return f"{message}\n"
    place = getattr(error, "ctx", None)
    named = "gonogo" if place is None else place.command_path
    return f"gonogo: {message}\nTry: {named} --help\n"
