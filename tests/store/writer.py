"""A program that appends to a ledger, for tests: says each position once it is committed.

    python writer.py URL NAME COUNT

Appends until it is killed where COUNT is 0.
"""

import itertools
import sys

from gonogo.core.caller import Caller
from gonogo.core.subjects import Subject
from gonogo.core.times import system_clock
from gonogo.store.engine import make_engine
from gonogo.store.ledger import Draft
from gonogo.store.work import open_work

SUBJECT = Subject.parse("case:churn")


def main(url: str, name: str, count: int) -> None:
    """Append Works of three entries."""
    engine = make_engine(url)
    caller = Caller(Subject.parse(f"user:{name}"), name)
    say("ready")
    for number in itertools.count(1):
        with open_work(engine, caller, system_clock, patience=60) as work:
            drafts = [Draft("case", SUBJECT, {"number": number, "of": n}) for n in range(3)]
            entries = work.append_all(drafts)
        say(f"{entries[-1].position} {entries[-1].digest}")
        if number == count:
            return


def say(line: str) -> None:
    """Tell whoever started this."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
