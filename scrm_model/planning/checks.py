"""Numbers that a plan can be made with."""

from math import isfinite
from numbers import Real
from typing import Any

from scrm_model.errors import ArgumentError


def finite(argument: str, value: Any, key: object = None) -> float:
    """A value as float.

    Parameters
    ----------
    argument : str
        Name of the argument, for the message.
    value : object
        What was given.
    key : object, optional
        Its key where the argument is a mapping.

    Raises
    ------
    ArgumentError
        If it is no finite number.
    """
    if isinstance(value, Real) and isfinite(value):
        return float(value)
    where = "" if key is None else f" for {key!r}"
    raise ArgumentError(
        f"{argument}= needs finite numbers; got {value!r}{where}. Give each value as a number."
    )


def whole(argument: str, value: Any, least: int) -> int:
    """A value as int.

    Parameters
    ----------
    argument : str
        Name of the argument, for the message.
    value : object
        What was given.
    least : int
        The smallest that will do.

    Raises
    ------
    ArgumentError
        If it is no whole number of at least `least`.
    """
    number = float(value) if isinstance(value, Real) else float("nan")
    if number.is_integer() and number >= least:
        return int(number)
    raise ArgumentError(
        f"{argument}= needs a whole number of at least {least}; got {value!r}. Give a count."
    )


def positive(argument: str, value: Any, zero: bool = False) -> float:
    """A value as float.

    Parameters
    ----------
    argument : str
        Name of the argument, for the message.
    value : object
        What was given.
    zero : bool
        Whether 0 will do.

    Raises
    ------
    ArgumentError
        If it is no positive number.
    """
    number = finite(argument, value)
    if number > 0 or (zero and number == 0):
        return number
    what = "a number that is not negative" if zero else "a positive number"
    raise ArgumentError(f"{argument}= needs {what}; got {value!r}. Give it as a number.")


def between(argument: str, value: Any, low: float, high: float) -> float:
    """A value as float.

    Parameters
    ----------
    argument : str
        Name of the argument, for the message.
    value : object
        What was given.
    low, high : float
        It lies between the two, and is neither.

    Raises
    ------
    ArgumentError
        If it does not.
    """
    number = finite(argument, value)
    if low < number < high:
        return number
    raise ArgumentError(
        f"{argument}= needs a number between {low:g} and {high:g}; got {value!r}. Give a share, "
        "such as 0.80."
    )
