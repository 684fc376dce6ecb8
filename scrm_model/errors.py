"""What went wrong, and what to do: every exception and warning of the library.

Each error is a `ScrmError` and also the built-in exception it resembles, so that
``except ValueError`` and ``except KeyError`` go on working. Messages follow one form:
``<argument>= needs <expected>; got <actual>. <What to do.>``
"""

from collections.abc import Iterable
from difflib import get_close_matches


class ScrmError(Exception):
    """Base of every error that the library raises on purpose."""

    def __str__(self) -> str:
        # KeyError shows the repr of its message; a message with line breaks must stay readable.
        return str(self.args[0]) if self.args else ""


class ArgumentError(ScrmError, ValueError):
    """An argument has a value that the call cannot use."""


class StudyError(ScrmError, ValueError):
    """A study contradicts itself: an unknown construct, a repeated id, a cycle."""


class ScaleError(ScrmError, ValueError):
    """A measurement scale is not well formed."""


class SyntaxProblem(ScrmError, ValueError):
    """A model text cannot be read. The message shows line, column and a caret."""


class ModelError(ScrmError, ValueError):
    """A model can be read but not estimated as it stands."""


class IdentificationError(ModelError):
    """The data cannot determine every free parameter, whatever the sample."""


class DataError(ScrmError, ValueError):
    """The data are not what the model needs."""


class MissingColumnError(DataError, KeyError):
    """A variable of the model is no column of the data."""


class ResponseFileError(ScrmError, ValueError):
    """A file of answers cannot be read."""


class BundleError(ScrmError, ValueError):
    """A reproducibility bundle cannot be read."""


class InterviewFileError(ScrmError, ValueError):
    """A transcript, a table of codings or an exchanged project cannot be read."""


class EstimationError(ScrmError, ArithmeticError):
    """An estimate could not be found, or something was asked of a fit that has none."""


class NotAvailableError(ScrmError, AttributeError):
    """A result has no such number, and the message says why."""


class ScrmWarning(UserWarning):
    """Base of every warning that the library gives."""


class ConvergenceWarning(ScrmWarning):
    """The optimiser stopped before it reached a minimum."""


class InadmissibleWarning(ScrmWarning):
    """The solution has a value that no population can have, such as a negative variance."""


class MissingDataWarning(ScrmWarning):
    """Rows with missing answers were left out of an analysis."""


class CategoryWarning(ScrmWarning):
    """Categories of an ordinal variable are not what was declared, or are hardly used."""


class IntervalWarning(ScrmWarning):
    """An interval rests on draws that do not allow it."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Sentence that suggests the known names nearest to `name`, or an empty string.

    Parameters
    ----------
    name : str
        What was given.
    known : iterable of str
        What would have been right.

    Returns
    -------
    str
        ``" Did you mean 'cro1'?"`` with a leading space, or ``""``.
    """
    candidates = {str(k).casefold(): str(k) for k in known}
    near = get_close_matches(str(name).casefold(), list(candidates), n=3, cutoff=0.6)
    if not near:
        return ""
    return " Did you mean " + " or ".join(f"'{candidates[k]}'" for k in near) + "?"
