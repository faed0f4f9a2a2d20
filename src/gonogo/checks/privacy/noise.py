"""The noise of private releases, by OpenDP: drawn from the system's randomness, with no seed."""

import math
from collections.abc import Sequence

from gonogo.core.errors import Broken, Invalid

NEEDED = "OpenDP, of the extra privacy: pip install gonogo[privacy]"


def scale_of(sensitivity: int, epsilon: float) -> float:
    """The scale of the noise that makes something of this L1 sensitivity ε-private.

    >>> scale_of(1, 0.5)
    2.0
    """
    return sensitivity / epsilon


def noised(values: Sequence[int], sensitivity: int, epsilon: float) -> tuple[list[int], float]:
    """Whole numbers with discrete Laplace noise, ε-private together; and the scale of the noise.

    `sensitivity` is how far all of them together may move where one person's rows come or go.
    OpenDP's own proof of the loss is asked, and the scale grown by the last digit until it agrees.
    Raises `Invalid` where OpenDP is not installed.
    """
    try:
        import opendp.prelude as dp
    except ImportError as error:
        raise Invalid(field="statistic", expected=NEEDED) from error
    dp.enable_features("contrib")
    space = dp.vector_domain(dp.atom_domain(T="i64")), dp.l1_distance(T="i64")
    scale = scale_of(sensitivity, epsilon)
    for _ in range(64):
        mechanism = space >> dp.m.then_laplace(scale)
        if mechanism.map(sensitivity) <= epsilon:
            return [int(one) for one in mechanism([int(value) for value in values])], scale
        scale = math.nextafter(scale, math.inf)
    raise Broken(field="epsilon", value=epsilon, expected="a loss that OpenDP confirms")
