"""Names that a survey program accepts, made from the codes of the instrument."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from scrm_model.errors import ScaleError
from scrm_model.study.records import Text


@dataclass(frozen=True, slots=True)
class Rule:
    """What a program accepts as the name of a variable.

    Parameters
    ----------
    program : str
        Its name.
    fold : callable
        Turns a code into the nearest name that is accepted.
    longest : int
        Characters that a name may have.
    accepts : str
        The rule in words.
    """

    program: str
    fold: Callable[[str], str]
    longest: int
    accepts: str


def plain(code: str) -> str:
    """Code without accents and without anything beyond ASCII."""
    return unicodedata.normalize("NFKD", code).encode("ascii", "ignore").decode("ascii")


def accepted_names(codes: Iterable[str], rule: Rule) -> tuple[dict[str, str], tuple[Text, ...]]:
    """Name of each code in a survey program.

    Parameters
    ----------
    codes : iterable of str
        Codes of the instrument.
    rule : Rule
        What the program accepts.

    Returns
    -------
    names : dict of str to str
        Name by code.
    notes : tuple of Text
        Which codes had to change.

    Raises
    ------
    ScaleError
        If a code has no accepted name, if it would be too long, or if two would be the same.
    """
    names: dict[str, str] = {}
    owner: dict[str, str] = {}
    for code in codes:
        name = rule.fold(code)
        clash = owner.get(name.casefold())
        if not name or not name[0].isalpha() or len(name) > rule.longest or clash:
            why = f"{code!r} and {clash!r} would both be {name!r}" if clash else repr(code)
            raise ScaleError(
                f"code= needs {rule.accepts} for {rule.program}; got {why}. Rename it in the "
                "scales, or choose another format."
            )
        names[code] = name
        owner[name.casefold()] = code
    return names, _changed(names, rule.program)


def _changed(names: Mapping[str, str], program: str) -> tuple[Text, ...]:
    changed = [f"{code} → {name}" for code, name in names.items() if code != name]
    if not changed:
        return ()
    listed = ", ".join(changed)
    return (
        Text(
            f"{program} does not accept some codes; they are renamed there: {listed}.",
            f"{program} n'accepte pas certains codes ; ils y sont renommés : {listed}.",
        ),
    )


def free_name(wanted: str, taken: Iterable[str], join: str = "_") -> str:
    """A name, or the same with a number where that is taken.

    Parameters
    ----------
    wanted : str
        The name.
    taken : iterable of str
        Names that cannot be used; case makes no difference.
    join : str
        What stands before the number.

    Returns
    -------
    str
    """
    used = {name.casefold() for name in taken}
    name, number = wanted, 2
    while name.casefold() in used:
        name, number = f"{wanted}{join}{number}", number + 1
    return name
