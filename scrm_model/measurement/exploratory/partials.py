"""How many components: Velicer's minimum average partial (MAP).

Notes
-----
After the first m principal components are taken out of R, the average squared partial correlation
of the variables falls as long as components carry what several variables share, and rises once
they carry what belongs to single ones. Its minimum over m is the number of components
[velicer1976]_; the revised test takes fourth powers [velicer2000]_.

References
----------
.. [velicer1976] Velicer, W. F. (1976). Determining the number of components from the matrix of
   partial correlations. Psychometrika, 41, 321-327.
.. [velicer2000] Velicer, W. F., Eaton, C. A., & Fava, J. L. (2000). Construct explication through
   factor or component analysis: A review and evaluation of alternative procedures. In Problems and
   solutions in human assessment (pp. 41-71). Kluwer.
"""

import numpy as np
from numpy.typing import NDArray

_NOTHING_LEFT = 1e-10


def average_partials(R: NDArray) -> tuple[NDArray, NDArray]:
    """Average squared and fourth-power partial correlations.

    Parameters
    ----------
    R : ndarray, shape (p, p)

    Returns
    -------
    squared, fourth : ndarray, shape (p - 1,)
        After 0, 1, ..., p - 2 components; NaN once a variable has nothing left.
    """
    p = len(R)
    e, E = np.linalg.eigh(R)
    A = (E * np.sqrt(np.maximum(e, 0.0)))[:, ::-1]
    apart = ~np.eye(p, dtype=bool)
    out = np.full((2, p - 1), np.nan)
    rest = R.copy()
    for m in range(p - 1):
        if m:
            rest = rest - np.outer(A[:, m - 1], A[:, m - 1])
        left = np.diag(rest)
        if (left < _NOTHING_LEFT).any():
            break
        partial = (rest / np.sqrt(np.outer(left, left)))[apart]
        out[:, m] = (partial**2).mean(), (partial**4).mean()
    return out[0], out[1]
