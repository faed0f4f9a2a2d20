"""What a run is given as data: its rows, and the address of the version they came from."""

from typing import TYPE_CHECKING

from gonogo.core.errors import Invalid
from gonogo.sdk.datasets import DatasetVersion, origin

if TYPE_CHECKING:
    import pandas as pd


def frame_of(data: "pd.DataFrame | DatasetVersion") -> "pd.DataFrame":
    """The rows themselves."""
    return data.frame() if isinstance(data, DatasetVersion) else data


def address_of(data: "str | pd.DataFrame | DatasetVersion | None") -> str | None:
    """The address of the dataset version; raises `Invalid` for rows that came from none."""
    if data is None or isinstance(data, str):
        return data
    if isinstance(data, DatasetVersion):
        return data.subject
    found = origin(data, whole=False)
    if found is None:
        raise Invalid(
            field="data",
            value=f"a table of {len(data):,} rows",
            expected="rows read from a dataset version, or its address: register it first",
        )
    return found
