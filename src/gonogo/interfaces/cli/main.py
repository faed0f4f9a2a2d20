"""The command `gonogo`: noun, then verb. Heavy imports wait until a command needs them."""

import sys
from collections.abc import Mapping
from pathlib import Path

HELP = Path(__file__).with_name("help.txt")


def run(arguments: list[str], alone: Mapping[str, str]) -> int:
    """Run `arguments`; the exit code.

    `alone` has the verbs without a noun, which act on the installation itself: verb → module that
    has a function of that name.
    """
    if arguments in ([], ["--help"], ["-h"]):
        # Loading the command tree costs ten times Python's own start. Its help is a file, which a
        # test compares with what the tree prints.
        sys.stdout.write(HELP.read_text(encoding="utf-8"))
        return 0
    return _run(arguments, alone)


def _run(arguments: list[str], alone: Mapping[str, str]) -> int:
    import typer
    from typer.exceptions import Abort, Exit, TyperException

    from gonogo.core.errors import GonogoError
    from gonogo.interfaces.cli.kit import OUR_FAULT, told
    from gonogo.interfaces.cli.tree import tree
    from gonogo.sdk.http import Ours

    command = typer.main.get_command(tree(alone, arguments[0]))
    try:
        code = command.main(arguments, prog_name="gonogo", standalone_mode=False)
    except GonogoError as error:
        return told(error)
    except Ours as error:
        sys.stderr.write(f"gonogo: {error}\n")
        return OUR_FAULT
    except Exit as stop:
        return stop.exit_code
    except TyperException as error:
        sys.stderr.write(f"gonogo: {error.format_message()}\nTry: gonogo {arguments[0]} --help\n")
        return 2
    except (Abort, KeyboardInterrupt):
        sys.stderr.write("gonogo: stopped\n")
        return 130
    return code if isinstance(code, int) else 0
