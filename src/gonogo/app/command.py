"""The entry point `gonogo`: the command line, and the verbs that act on the installation."""

import sys

from gonogo.interfaces.cli.main import run

ALONE = {
    "gateway": "gonogo.app.commands.gateway",
    "up": "gonogo.app.commands.up",
    "demo": "gonogo.app.commands.demo",
    "status": "gonogo.app.commands.status",
    "export": "gonogo.app.commands.export",
    "import": "gonogo.app.commands.import_",
}
"""Verb → the module that has its `command`; loaded when it is asked for."""


def main() -> None:
    """Run the command line of this process and exit with its code."""
    sys.exit(run(sys.argv[1:], ALONE))


if __name__ == "__main__":
    main()
