"""How much each model of an ensemble is to weigh: the combination that errs least."""

import numpy as np
import numpy.typing as npt
from scipy.optimize import nnls

from gonogo.stats.arrays import Floats, finite
from gonogo.stats.estimate import Undefined

STACKED = "stacked regression, weights of 0 or more that sum to 1 (Breiman 1996)"


def stacked_weights(truth: npt.ArrayLike, said: npt.ArrayLike) -> Floats | Undefined:
    """Weights of 0 or more that sum to 1, by which the models' mean is closest to the truth.

    `truth` has shape (n,), `said` shape (n, models): what each says of rows that none of them was
    trained on. Closest in squares: of yes and no as 1 and 0 that is the Brier score. On these rows
    the mean is at least as good as the best of the models alone. `Undefined` without rows and with
    missing values; raises `ValueError` for shapes that do not fit.

    Source: Breiman (1996), Machine Learning 24, 49-64; van der Laan, Polley & Hubbard (2007), Stat.
    Appl. Genet. Mol. Biol. 6, 25, for weights that sum to 1; the quadratic form: Bates & Granger
    (1969), Oper. Res. Q. 20, 451-468.

    >>> stacked_weights([1.0, 2.0, 3.0], [[0.0, 3.0], [1.0, 4.0], [2.0, 5.0]]).round(3).tolist()
    [0.667, 0.333]
    """
    found = finite("outcomes", truth)
    table = np.asarray(said, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] < 1:
        raise ValueError(f"said has shape {table.shape}, expected (n, models)")
    if isinstance(found, Undefined):
        return found
    if len(table) != found.size:
        raise ValueError(f"{found.size} outcomes but {len(table)} rows, expected as many of each")
    if not np.isfinite(table).all():
        return Undefined("some answers are missing or infinite", n=found.size)
    off = (found[:, np.newaxis] - table) / np.sqrt(found.size)
    scale = float(np.abs(off).max()) or 1.0
    # Weights that sum to 1 are closest where u, without that bound, makes |off u|^2 + (sum u - 1)^2
    # least: for each direction of u the length that is best leaves something that rises with |off|.
    system = np.vstack([off / scale, np.ones(table.shape[1])])
    target = np.zeros(len(system))
    target[-1] = 1.0
    weights, _ = nnls(system, target)
    return np.asarray(weights / weights.sum(), dtype=np.float64)
