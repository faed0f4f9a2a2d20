"""A program that spends a privacy budget, for tests: says each release once it is committed.

python spender.py URL SUBJECT NUMBER
"""

import itertools
import sys

from gonogo.checks.privacy.statistics import Query, Statistic
from gonogo.core.caller import Caller, Grant
from gonogo.core.errors import Conflict
from gonogo.core.roles import Role
from gonogo.core.subjects import Subject
from gonogo.core.times import system_clock
from gonogo.domain.disclosures import actions
from gonogo.store.engine import make_engine
from gonogo.store.work import open_work

COST = 0.001


def main(url: str, subject: str, number: int) -> None:
    """Ask for one release after another, until killed or refused."""
    engine = make_engine(url)
    caller = Caller(Subject.parse(f"user:{number}"), "x", (Grant(Role.DATA_SCIENTIST),))
    say("ready")
    for turn in itertools.count(1):
        query = Query(Statistic.SUM, COST, "age", float(-number), float(turn))
        try:
            with open_work(engine, caller, system_clock, patience=60) as work:
                made = actions.spend(work, Subject.parse(subject), query, {"noisy": [turn]}, 1)
        except Conflict:
            return
        say(made.entry)


def say(line: str) -> None:
    """Tell whoever started this."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
