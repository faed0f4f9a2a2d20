"""Keeps score of forecasts: at once what the ledger says, once a day what time has decided."""

from gonogo.flows import track_record
from gonogo.store.work import OpenWork


def follow(open_work: OpenWork) -> int:
    """Score by what is new in the ledger; how many entries that were."""
    return track_record.follow(open_work)


def pass_time(open_work: OpenWork) -> int:
    """Score the dates that have passed; how many claims that were."""
    return track_record.pass_time(open_work)
