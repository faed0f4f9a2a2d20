"""All benchmarks: each is a file of its own with a name and a `run`."""

from benchmarks import (
    board,
    cli_help,
    decision_log,
    gateway,
    gateway_long,
    ledger_append,
    ledger_verify,
    plan,
    portfolio,
    scale,
)
from benchmarks.bench import Benchmark

BENCHMARKS: dict[str, Benchmark] = {
    cli_help.NAME: cli_help.run,
    decision_log.NAME: decision_log.run,
    plan.NAME: plan.run,
    gateway.NAME: gateway.run,
    ledger_append.NAME: ledger_append.run,
    ledger_verify.NAME: ledger_verify.run,
    board.NAME: board.run,
    portfolio.NAME: portfolio.run,
    scale.NAME: scale.run,
    gateway_long.NAME: gateway_long.run,
}
"""In the order in which they run: the quick ones first."""

LONG = (gateway_long.NAME,)
"""Those that run only when they are named."""
