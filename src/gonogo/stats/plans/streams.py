"""Random numbers by name: what one step draws does not depend on which other steps there are.

Two plans that differ in one step or one risk so share the draws of all the others, and their
difference is what that step or risk does and nothing else (common random numbers).
"""

from hashlib import sha256

import numpy as np


def stream(seed: int, *name: str) -> np.random.Generator:
    """The random numbers of what `name` says, under `seed`, 0 or more.

    >>> bool(stream(7, "task", "a").random() == stream(7, "task", "a").random())
    True
    """
    if seed < 0:
        raise ValueError(f"seed is {seed}, expected 0 or more")
    digest = sha256("\0".join(name).encode()).digest()
    words = np.frombuffer(digest, dtype="<u4")
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *words.tolist()])))
