"""What interviews and survey say together of one hypothesis, by a rule that is stated.

References
----------
Farmer, T., Robinson, K., Elliott, S. J., & Eyles, J. (2006). Developing and implementing a
triangulation protocol for qualitative health research. Qualitative Health Research, 16, 377-394.

Fetters, M. D., Curry, L. A., & Creswell, J. W. (2013). Achieving integration in mixed methods
designs: Principles and practices. Health Services Research, 48, 2134-2156.

Guetterman, T. C., Fetters, M. D., & Creswell, J. W. (2015). Integrating quantitative and
qualitative results in health science mixed methods research through joint displays. Annals of
Family Medicine, 13, 554-561.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scrm_model.inference.hypotheses import NOT_SUPPORTED, NOT_TESTED, OPPOSITE, SUPPORTED

CONFIRMS, EXPANDS, DISCORDANT, SILENT = "confirms", "expands", "discordant", "silent"
INFERENCES = (CONFIRMS, EXPANDS, DISCORDANT, SILENT)


@dataclass(frozen=True, slots=True)
class Finding:
    """What the survey found on one path of the model.

    Attributes
    ----------
    verdict : str
        As `hypothesis_table` has it.
    sign : int
        Direction claimed.
    lower, upper : float
        Standardised interval; NaN where there is none.
    """

    verdict: str
    sign: int
    lower: float
    upper: float

    def too_small(self, smallest: float) -> bool:
        """Whether the interval leaves out every effect of the claimed direction that matters."""
        end = self.upper if self.sign > 0 else -self.lower
        return end < smallest  # False where there is no interval


def meta_inference(
    spoken: bool, findings: Sequence[Finding], smallest: float = 0.10
) -> tuple[str, str]:
    """Meta-inference of one hypothesis, and why.

    Parameters
    ----------
    spoken : bool
        Whether passages of the interviews speak for the effect.
    findings : sequence of Finding
        One for each path of the model that stands for the hypothesis.
    smallest : float
        The smallest standardised effect that would matter.

    Returns
    -------
    (str, str)
        ``"confirms"``, ``"expands"``, ``"discordant"`` or ``"silent"``; and the reason, a key of
        the report's texts.

    Notes
    -----
    Confirmation, expansion and discordance are those of Fetters, Curry and Creswell (2013), silence
    that of Farmer et al. (2006). A survey that does not support a hypothesis contradicts the
    interviews only if its interval leaves out every effect that would matter; otherwise it settles
    nothing, and is silent.
    """
    tested = [f for f in findings if f.verdict != NOT_TESTED]
    verdicts = {f.verdict for f in tested}
    if not tested:
        return SILENT, "untested"
    if OPPOSITE in verdicts:
        return (DISCORDANT, "opposite") if spoken else (EXPANDS, "opposite_alone")
    if verdicts == {SUPPORTED} and len(tested) == len(findings):
        return (CONFIRMS, "both") if spoken else (EXPANDS, "survey_alone")
    if SUPPORTED in verdicts:
        return EXPANDS, "part"
    if spoken and all(f.too_small(smallest) for f in tested if f.verdict == NOT_SUPPORTED):
        return DISCORDANT, "too_small"
    return SILENT, "undecided" if spoken else "neither"
