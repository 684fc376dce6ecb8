"""Purification of scales, item by item, with a journal."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from scrm_model.errors import ArgumentError, did_you_mean
from scrm_model.estimation.observed.frames import as_pandas
from scrm_model.estimation.observed.moments import Moments
from scrm_model.estimation.observed.responses.coding import ordered_names, with_codes
from scrm_model.estimation.workers import Seed, seed_sequence
from scrm_model.measurement.exploratory.bench import Bench, Unit
from scrm_model.measurement.exploratory.correlations import correlations_of
from scrm_model.measurement.exploratory.extraction import METHODS
from scrm_model.measurement.exploratory.journal import Purification, purification
from scrm_model.measurement.exploratory.rotation import ROTATIONS
from scrm_model.measurement.exploratory.rules import check_cuts
from scrm_model.study.claims import Text
from scrm_model.study.records import check_one_of
from scrm_model.survey.answers import check_answers
from scrm_model.survey.recode import turned_round, without_codes
from scrm_model.survey.scales import Scales

MODES = ("advise", "apply")


def purify(
    data: Any,
    scales: Scales | Mapping[str, Iterable[str]],
    *,
    msa: float | None = 0.50,
    item_total: float | None = 0.30,
    loading: float | None = 0.50,
    communality: float | None = 0.50,
    alpha_if_dropped: float | None = 0.01,
    cross: float | None = 0.40,
    gap: float | None = 0.20,
    keep: str | Iterable[str] = (),
    minimum: int = 3,
    factors: int | str = "parallel",
    mode: str = "advise",
    method: str = "pca",
    rotation: str = "oblimin",
    missing: str = "listwise",
    missing_codes: Iterable[float] = (),
    ordered: Any = False,
    seed: Seed = 1,
) -> Purification:
    """Which items do harm to their scales, one at a time, and what each costs.

    Parameters
    ----------
    data : DataFrame or Moments
        Answers. Items that `scales` mark as reverse-keyed are turned round first, and the notes say
        so.
    scales : Scales or mapping of str to iterable of str
        Items of each construct. A construct with dimensions is a scale for each dimension.
    msa, item_total, loading, communality : float or None
        An item that falls below one of these within its own scale is to go; None leaves a rule
        out.
    alpha_if_dropped : float or None
        It is to go if Cronbach's alpha rises by more than this without it.
    cross, gap : float or None
        It is to go if, in the factors of all scales together, it loads by more than `cross` on that
        of another scale, or by less than `gap` more on its own than on the next one.
    keep : str or iterable of str
        Items that stay whatever the rules say; the journal says when one would have gone.
    minimum : int
        Items that a scale keeps at least; three by default, as fewer identify no factor.
    factors : int, "parallel" or "scales"
        Of all scales together: a number; as many as Horn's parallel analysis finds (500 normal data
        sets, 95 % quantile), one a scale at most; or one a scale.
    mode : {"advise", "apply"}
        Whether the journal proposes, or the result has the data without the dropped items too.
    method : {"pca", "minres", "ml", "pa"}
        Of the loadings.
    rotation : str
        Of the factors of all scales together, as in `efa`.
    missing_codes : iterable of float
        Numbers that stand for a missing answer, such as -99; the notes count them.
    missing, ordered
        As in `kmo`. With ordinal items alpha, too, is of polychoric correlations.
    seed : int, optional
        Of starting points.

    Returns
    -------
    Purification

    Raises
    ------
    ArgumentError
        An argument is not one of those above, or `keep` names no item.
    DataError, MissingColumnError
        The data lack an item, or have answers outside its scale.

    Notes
    -----
    First every scale by itself: as long as a rule fires, the worst item under the first rule (in
    the order above) is dropped and all is computed anew. Then all scales that have two items or
    more together, under `cross` and `gap`: the item with the smallest gap is dropped, its scale is
    looked at by itself again, and so on until no rule fires. The factor of a scale is the one on
    which its items load most; two scales may share one, and a factor that is no scale's counts for
    nothing: the notes say so. With one component a communality is the square of the loading, so
    that a communality of .50 asks for a loading of .71.

    The same answers must not then confirm what they were used to find, or the report must say so:
    `split` divides them before.

    References
    ----------
    .. Churchill, G. A. (1979). A paradigm for developing better measures of marketing constructs.
       Journal of Marketing Research, 16, 64-73.
    """
    cuts = {
        "msa": msa, "item_total": item_total, "loading": loading, "communality": communality,
        "alpha_if_dropped": alpha_if_dropped, "cross": cross, "gap": gap,
    }  # fmt: skip
    check_cuts(cuts)
    check_one_of("mode", mode, MODES)
    check_one_of("method", method, METHODS)
    check_one_of("rotation", rotation, ROTATIONS)
    units = _units(scales)
    items = [item for unit in units for item in unit.items]
    kept = _kept(keep, items)
    _check_minimum(minimum)
    _check_factors(factors)
    frame, told = _prepared(data, scales, items, ordered, tuple(missing_codes))
    if mode == "apply" and frame is None:
        raise ArgumentError("mode= needs 'advise' with Moments; got 'apply'. Give the answers.")
    of = correlations_of(data if frame is None else frame, items, missing, ordered)
    if msa is not None:
        of.need_definite("the MSA of items, which inverts it (or leave the rule out, msa=None)")
    bench = Bench(
        of, units, cuts, kept, minimum, factors, method, rotation, seed_sequence(seed)
    )  # fmt: skip
    bench.run()
    return purification(bench, scales, frame if mode == "apply" else None, mode, told)


def _units(scales: Any) -> tuple[Unit, ...]:
    if isinstance(scales, Scales):
        units = []
        for construct, scale in scales.items():
            facets = {item.code: item.facet for item in scale.items}
            for dimension, codes in scale.by_dimension.items():
                name = f"{construct}_{dimension}" if dimension else construct
                units.append(Unit(construct, name, codes, {c: facets[c] for c in codes}))
        return tuple(units)
    if not isinstance(scales, Mapping) or not scales:
        raise ArgumentError(
            "scales= needs Scales, or a mapping of construct to items; got "
            f"{type(scales).__name__}. Write for example {{'CRO': ['cro1', 'cro2', 'cro3']}}."
        )
    made = []
    for construct, items in scales.items():
        codes = (items,) if isinstance(items, str) else tuple(str(item) for item in items)
        made.append(Unit(str(construct), str(construct), codes, {}))
    every = [item for unit in made for item in unit.items]
    twice = sorted({item for item in every if every.count(item) > 1})
    if twice:
        raise ArgumentError(
            f"scales= needs each item in one scale; got {', '.join(twice)} more than once. Leave "
            "it in the scale that it was written for."
        )
    return tuple(made)


def _kept(keep: str | Iterable[str], items: list[str]) -> frozenset[str]:
    names = [keep] if isinstance(keep, str) else list(keep)
    for name in names:
        if name not in items:
            raise ArgumentError(
                f"keep= needs items of the scales; got {name!r}.{did_you_mean(name, items)} "
                "Correct the name."
            )
    return frozenset(names)


def _check_minimum(minimum: Any) -> None:
    if isinstance(minimum, bool) or not isinstance(minimum, int | np.integer) or minimum < 2:
        raise ArgumentError(
            f"minimum= needs a whole number of at least 2; got {minimum!r}. Write minimum=3."
        )


def _check_factors(factors: Any) -> None:
    if isinstance(factors, str):
        check_one_of("factors", factors, ("parallel", "scales"))
    elif isinstance(factors, bool) or not isinstance(factors, int | np.integer) or factors < 1:
        raise ArgumentError(
            f"factors= needs a number above 0, 'parallel' or 'scales'; got {factors!r}. Leave it "
            "out if in doubt."
        )


def _prepared(
    data: Any, scales: Any, items: list[str], ordered: Any, codes: tuple[float, ...]
) -> tuple[Any, tuple[Text, ...]]:
    """The answers, checked, with reverse-keyed items turned round; None for moments."""
    if isinstance(data, Moments):
        return None, ()
    frame, emptied = without_codes(as_pandas(data), items, codes)
    told = [entry.sentence for entry in emptied]
    if isinstance(scales, Scales):
        frame = with_codes(frame, ordered_names(ordered, items, ()))
        check_answers(frame, items, scales, whole=False)
        frame, log = turned_round(frame, scales)
        turned = ", ".join(entry.column for entry in log)
        if log:
            told.append(
                Text(
                    f"Reverse-keyed items were turned round: {turned}.",
                    f"Items inversés, recodés : {turned}.",
                )
            )
    return frame, tuple(told)
