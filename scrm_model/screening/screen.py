"""The verb of this room."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from scrm_model.errors import DataError
from scrm_model.screening.conventions import conventions_with
from scrm_model.screening.flow import Flow
from scrm_model.screening.nonresponse import times_of
from scrm_model.screening.options import Options, checked, need_column
from scrm_model.screening.result import Screening
from scrm_model.screening.sheet import answers_of, as_numbers
from scrm_model.survey.incoming.cells import codes_of
from scrm_model.survey.instrument import SCALES
from scrm_model.survey.scales import Scales


def screen(
    data: Any,
    scales: Scales = SCALES,
    *,
    missing_codes: Iterable[float | str] = (),
    reading: Mapping[str, Any] | None = None,
    id: str | None = None,
    time: str | None = None,
    arrival: str | bool | None = None,
    wave: str | None = None,
    fractions: float | tuple[float, float] = 0.25,
    population: Mapping[str, Mapping[Any, float]] | None = None,
    flow: Flow | None = None,
    mcar: bool | None = None,
    cut_offs: Mapping[str, float] | None = None,
    seed: int | None = 0,
) -> Screening:
    """Judge the answers before they are analysed; nothing is left out or changed.

    Parameters
    ----------
    data : path, Responses, or DataFrame
        Answers: a file, what `read_responses` gives, or a pandas or polars frame.
    scales : Scales
        Which columns are items, of which construct, on how many points.
    missing_codes : iterable of float or str
        Numbers or labels that stand for a missing answer, such as ``(-99,)``, in the columns of
        the instrument and in those that are named here.
    reading : mapping of str to object, optional
        Options of `read_responses` for a file, such as ``{"sheet": 2}``.
    id : str, optional
        Column that names the cases; by default the index of the frame.
    time : str, optional
        Column of the total time of a case, in seconds.
    arrival : str or True, optional
        Column of the date or number by which answers came; True if the rows stand in that order.
    wave : str, optional
        Column of the wave; the first is set against the last.
    fractions : float or (float, float)
        Shares of cases that count as early and as late by `arrival`.
    population : mapping, optional
        Known shares by column and category, ``{"firm_size": {1: 0.6, 2: 0.4}}``.
    flow : Flow, optional
        The counts before the data, from `flow()`.
    mcar : bool, optional
        Whether covariances by EM and Little's test are computed whatever they cost (True), or the
        test is not made (False); by default they are computed unless they would take long, and the
        result says so.
    cut_offs : mapping of str to float, optional
        Your own in place of conventions, by the names of the columns of `Screening.cases`.
    seed : int, optional
        Of the exchanges within pairs of synonyms and antonyms.

    Returns
    -------
    Screening

    Raises
    ------
    ArgumentError
        An argument that cannot be used.
    ResponseFileError
        A file that cannot be read.
    MissingColumnError
        An item or a named column that is not there.
    DataError
        A column that does not hold what it should, such as text or answers outside the scale.

    Notes
    -----
    Constant and empty items, few cases and singular covariances are no errors here: the tables say
    what could not be computed and why.

    Examples
    --------
    >>> import pandas as pd
    >>> from scrm_model.survey.scales import Scales
    >>> scales = Scales.build({"A": ["a1", "a2"]}, points=5)
    >>> found = screen(pd.DataFrame({"a1": [1, 5, 3, 3], "a2": [2, 4, 3, None]}), scales)
    >>> int(found.missing.frame["missing"].sum())
    1
    """
    named = (time, wave, arrival, *(population if isinstance(population, Mapping) else ()))
    also = [name for name in named if isinstance(name, str)]
    codes = codes_of(missing_codes)
    source = answers_of(data, scales, codes, also, reading)
    options = checked(
        source.frame, time, arrival, wave, fractions, population, mcar, cut_offs, flow, seed
    )
    conventions_with(options.cut_offs, len(scales.codes))
    _check_columns(source.frame, scales, options)
    return Screening(
        _frame=source.frame.copy(),
        scales=scales,
        labels=_labels(source.frame, id),
        options=replace(options, missing_codes=codes),
        log=source.log,
        received=len(source.frame),
        file=source.file,
        sha256=source.sha256,
    )


def _labels(frame: pd.DataFrame, name: str | None) -> pd.Index:
    need_column(frame, "id", name)
    if name is None:
        several = isinstance(frame.index, pd.MultiIndex)
        return frame.index.to_flat_index() if several else frame.index
    column = frame.iloc[:, [str(own) for own in frame.columns].index(name)]
    empty, twice = int(column.isna().sum()), column[column.duplicated() & column.notna()]
    if empty:
        raise DataError(
            f"id= needs a name for every case; {empty} are empty in {name!r}. Fill them, or leave "
            "id= out: the index of the frame then names the cases."
        )
    if len(twice):
        raise DataError(
            f"id= needs a name of its own for each case; {twice.iloc[0]!r} comes twice in {name!r}."
            " Is a case there twice? Correct it, or leave id= out."
        )
    return pd.Index(column)


def _check_columns(frame: pd.DataFrame, scales: Scales, options: Options) -> None:
    """Refuse, before any work, columns that a table would stumble over."""
    columns = {str(name): place for place, name in enumerate(frame.columns)}
    numeric = [(check.code, "attention:") for check in scales.attention]
    rules = (q for q in scales.screening if q.eligible or q.minimum is not None)
    numeric += [(question.code, "screening:") for question in rules]
    controls = (q for q in scales.controls if q.kind in ("number", "rating"))
    numeric += [(question.code, "control:") for question in controls]
    if options.time is not None:
        numeric.append((options.time, "time="))
    for name, argument in numeric:
        if name in columns:
            as_numbers(frame.iloc[:, columns[name]], argument)
    if options.arrival is not None:
        times_of(frame.iloc[:, columns[options.arrival]])
