"""Writes what is told twice from where it is said once: docs/reference/ and the help of `gonogo`.

    python tools/reference.py      (make docs)

A test compares every file with what stands there, so that none of them can go stale.
"""

import ast
import inspect
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import typer
from fastapi.routing import APIRoute

from gonogo.app import settings
from gonogo.app.command import ALONE
from gonogo.core import errors
from gonogo.core.areas import Area
from gonogo.core.catalogue import CATALOGUE
from gonogo.core.errors import GonogoError, Kind
from gonogo.core.problems import STATUS
from gonogo.core.roles import ALLOWED, REFUSAL_RECORDED, Action, Role
from gonogo.core.specs.shape import CheckSpec
from gonogo.interfaces.api.routes import TOPICS
from gonogo.interfaces.cli.kit import EXIT
from gonogo.interfaces.cli.main import HELP
from gonogo.interfaces.cli.tree import WIDTH, help_text, tree

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
MADE = "<!-- Written by `make docs`; edit what it is made from instead. -->"

CLIENT_SETTINGS = (
    ("GONOGO_URL", "the server that client and command line speak to; without it, this folder"),
    ("GONOGO_TOKEN", "the token with which they speak"),
    ("GONOGO_MACHINE", "the kind of machine that runs are made on, as the price list calls it"),
)

MEANINGS: dict[Action, str] = {
    Action.READ: "look at cases, hypotheses, datasets, models, evidence, reviews, policies",
    Action.CASE_CREATE: "add a use case",
    Action.CASE_EDIT: "say something else of a use case",
    Action.CASE_ASSESS: "say which levels a use case has by the rubric, speaking for a role",
    Action.RUBRIC_STATE: "state the rubric that use cases are scored by",
    Action.DEBT_KEEP: "note technical debt of a use case, or settle it",
    Action.RISK_KEEP: "keep the register of risks: add, edit, mitigate, review, close, import",
    Action.RISK_ACCEPT: "decide to live with a risk",
    Action.PLAN_EDIT: "put a plan of a use case into force",
    Action.PLAN_FORECAST: "forecast a plan, and keep it as evidence",
    Action.PORTFOLIO_DECIDE: "decide which use cases to do",
    Action.BUDGET_KEEP: "state budgets and quotas of compute, take in what was paid",
    Action.COMPUTE_STATE: "state prices of machines, their watts and grids",
    Action.PLAN_PIVOT: "decide to give up a step of a plan for another",
    Action.BOARD_WORK: "add, move, block and drop cards of a board, set goals of weeks",
    Action.HYPOTHESIS_REGISTER: "register and plan a hypothesis, link papers to it",
    Action.HYPOTHESIS_SETTLE: "settle or abandon a hypothesis",
    Action.DATASET_REGISTER: "register and verify dataset versions",
    Action.RULES_PROPOSE: "propose rules about a dataset",
    Action.RULES_ACCEPT: "accept or decline rules about a dataset that somebody else proposed",
    Action.RUN_RECORD: "take up runs, let them count for a hypothesis",
    Action.EVIDENCE_RECORD: "record evidence measured elsewhere",
    Action.EVIDENCE_REPRODUCE: "have the server measure",
    Action.PRIVACY_BUDGET: "set how much may be told of a dataset in all",
    Action.PRIVACY_SPEND: "release a private statistic, out of that budget",
    Action.MODEL_REGISTER: "seal and verify model versions, write their cards",
    Action.POLICY_PUBLISH: "bring a policy into force",
    Action.REVIEW_OPEN: "open a gate review",
    Action.REVIEW_SIGN: "sign a review, in a role that is asked",
    Action.REVIEW_WAIVE: "waive a condition, in a role that may",
    Action.REVIEW_DECIDE: "decide a gate",
    Action.RELEASE_START: "start a release of a version, move it on, let a route answer again",
    Action.RELEASE_STOP: "hold a release, roll it back, kill a route, practise a rollback",
    Action.ROUTE_SET: "say which rules, flags and limits a route has",
    Action.VERSION_RETIRE: "retire a model version",
    Action.INCIDENT_HANDLE: "acknowledge and resolve incidents of production",
    Action.DECIDE: "ask the gateway for decisions, with a token made for it",
    Action.DECIDED_READ: "see decisions about persons and what came of them",
    Action.DECIDED_ERASE: "take out of the decision log what it says of somebody",
    Action.GATEWAY_READ: "read the route table, as a gateway on another machine does",
    Action.LEDGER_READ: "read, verify and export the ledger",
    Action.EXPORT: "export everything",
    Action.TRACKING_READ: "look at MLflow's runs and models",
    Action.TRACKING_WRITE: "write MLflow's runs and models",
    Action.TOKEN_OWN: "make and end tokens of one's own",
    Action.USER_MANAGE: "add users, give and take roles",
}

EXIT_CODES = (
    (0, "done"),
    (1, "the answer is no: a gate that is not go, a ledger or file that does not verify"),
    (2, "wrong input"),
    (3, "not signed in, not allowed, or slowed down"),
    (4, "conflict with the present state"),
    (5, "not found"),
    (70, "our fault, or a part that is needed does not answer"),
)


def pages() -> dict[Path, str]:
    """Every generated file and what must stand in it."""
    return {
        HELP: help_text(ALONE),
        REFERENCE / "commands.md": commands(),
        REFERENCE / "settings.md": settings_page(),
        REFERENCE / "actions.md": actions(),
        REFERENCE / "checks.md": checks(),
        REFERENCE / "errors.md": errors_page(),
        REFERENCE / "rest.md": rest(),
    }


def commands() -> str:
    """Every command with its help."""
    root: Any = typer.main.get_command(tree(ALONE))
    found = [
        part
        for context in _contexts(root, None, "gonogo")
        for part in (f"## {context.command_path}", f"```text\n{context.get_help()}\n```")
    ]
    codes = table(["Exit code", "Meaning"], EXIT_CODES)
    intro = "Noun, then verb. Every list and show has `--json`. Errors go to standard error."
    return page("Commands", intro, codes, *found)


def settings_page() -> str:
    """Every setting, as its field says it."""
    rows = [(f"`{name}`", text) for name, text in (*_settings(), *CLIENT_SETTINGS)]
    intro = "Environment variables, read once at the start; a wrong one stops it, by name."
    return page("Settings", intro, table(["Variable", "What it sets; what holds without it"], rows))


def actions() -> str:
    """Roles by actions."""
    rows = [
        (
            f"`{action}`",
            MEANINGS[action],
            *("yes" if role in ALLOWED[action] else "" for role in Role),
            "yes" if action in REFUSAL_RECORDED else "",
        )
        for action in Action
    ]
    intro = (
        "A role is given everywhere or on one use case. Whoever made a model version signs, waives "
        "and decides none of its gates, whatever the role. Refused attempts at what is marked in "
        "the last column are themselves kept in the ledger."
    )
    head = ["Action", "What it is", *Role, "refusal recorded"]
    return page("Roles and actions", intro, table(head, rows))


def checks() -> str:
    """The catalogue, area by area."""
    found = []
    for area in Area:
        specs = [spec for spec in CATALOGUE.values() if spec.area is area]
        if specs:
            head = ["Check", "Answers", "Unit", "Better", "Parameters"]
            found += [f"## {area}", table(head, [_check(spec) for spec in specs])]
    intro = (
        "What can be measured, and asked by a policy or a hypothesis. A parameter in bold must be "
        "given; a check marked *exact* counts a closed population and has no interval."
    )
    return page("Checks", intro, *found)


def errors_page() -> str:
    """Every kind of refusal with its status and exit code."""
    kinds = {error.kind: error for error in _subclasses(GonogoError) if "kind" in vars(error)}
    rows = [
        (f"`{kind}`", f"`{kinds[kind].__name__}`", kinds[kind].title, STATUS[kind], EXIT[kind])
        for kind in Kind
    ]
    tree_text = (inspect.getdoc(errors) or "").partition("\n\n")[2]
    intro = (
        "Every refusal names the field, the value that was given and what would be right: as "
        "problem details (RFC 9457) over REST, as an exception in Python, as one line on standard "
        "error."
    )
    head = ["Kind", "In Python", "Meaning", "HTTP status", "Exit code"]
    return page(
        "Errors",
        intro,
        f"```text\n{tree_text}\n```",
        table(head, rows),
        "## Exit codes",
        table(["Exit code", "Meaning"], EXIT_CODES),
    )


def rest() -> str:
    """Every route with its action."""
    rows = [
        (method, f"`/api/v1{path}`", f"`{action}`", summary)
        for path, method, action, summary in sorted(_routes())
    ]
    intro = (
        "The full description is at `/api/v1/openapi.json` of a running server. Lists take `limit` "
        "and `cursor`; writes take `Idempotency-Key`; edits take `If-Match`."
    )
    return page("REST", intro, table(["Method", "Path", "Action", "What it does"], rows))


def page(title: str, *parts: str) -> str:
    """A page of parts."""
    return "\n\n".join([MADE, f"# {title}", *parts]) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table.

    >>> print(table(["a"], [[1]]))
    | a |
    | --- |
    | 1 |
    """
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_cell(one) for one in line)} |" for line in lines)


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")


def _contexts(command: Any, parent: Any, name: str) -> Iterator[Any]:
    """The context of a command and of all below it, by which it tells its help."""
    context = command.make_context(
        name, [], parent=parent, resilient_parsing=True, terminal_width=WIDTH, color=False
    )
    yield context
    for word, below in getattr(command, "commands", {}).items():
        yield from _contexts(below, context, word)


def _settings() -> Iterator[tuple[str, str]]:
    """Name and meaning of each setting, from the docstrings of the fields."""
    body = ast.parse(inspect.getsource(settings.Settings)).body[0]
    for line in getattr(body, "body", []):
        if isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant):
            name, colon, text = str(line.value.value).partition(": ")
            if colon and name.startswith("GONOGO_"):
                yield name, text.removesuffix(".")


def _check(spec: CheckSpec) -> tuple[str, ...]:
    parameters = ", ".join(
        f"**{one.name}**" if one.required else one.name for one in spec.parameters
    )
    exact = " (*exact*)" if spec.exact else ""
    return f"`{spec.name}`", spec.answers, f"{spec.unit}{exact}", str(spec.good), parameters


def _subclasses(error: type[GonogoError]) -> Iterator[type[GonogoError]]:
    for one in error.__subclasses__():
        yield one
        yield from _subclasses(one)


def _routes() -> Iterator[tuple[str, str, str, str]]:
    """Path, method, action and summary of every route."""
    for route in (route for topic in TOPICS for route in topic.router.routes):
        if isinstance(route, APIRoute):
            action = (route.openapi_extra or {})["x-action"]
            for method in route.methods or ():
                yield route.path, method, action, route.summary or ""


def main() -> int:
    """Write the files that are not what they must be, and name them."""
    for path, text in pages().items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"wrote {path.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
