"""The results on rival models: what the test and the criteria say of each."""

from collections.abc import Iterator, Mapping
from typing import Any

from scrm_model.reporting.contents import Contents
from scrm_model.reporting.formats import Number, is_missing
from scrm_model.reporting.language import Listing, Phrase, phrase
from scrm_model.reporting.writing.stats import alpha_of, bounded, decimals, number

CLAIMED = "claimed"
_SAME = 0.05  # differences that are printed as 0.0
Row = Mapping[str, Any]


def rivals(contents: Contents) -> Iterator[Phrase]:
    """Every rival against the model claimed.

    Parameters
    ----------
    contents : Contents
    """
    table = contents.rivals
    if table is None or not len(table):
        if any(problem.code == "no_rivals" for problem in contents.problems):
            yield phrase("writing.rivals.shortfall")
        return
    rows = [{str(k): v for k, v in row.items()} for row in table.to_dict("records")]
    claimed = next((row for row in rows if row["model"] == CLAIMED), None)
    if claimed is None:
        return
    names = {rival.id: rival.name for rival in contents.study.alternatives}
    for row in rows:
        if row["model"] != CLAIMED:
            name = phrase("writing.quoted", text=names.get(row["model"], row["model"]))
            yield from _rival(row, claimed, name, alpha_of(contents))


def _rival(row: Row, claimed: Row, name: Phrase, alpha: float) -> Iterator[Phrase]:
    if not row.get("converged", True):
        yield phrase("writing.rivals.failed", name=name)
        return
    if not row.get("comparable", True):
        yield phrase("writing.rivals.incomparable", name=name, numbers=_alone(row))
    else:
        yield _difference(row, claimed, name, alpha)
        yield from _criteria(row, claimed)
    if not row.get("admissible", True):
        yield phrase("writing.rivals.inadmissible")


def _difference(row: Row, claimed: Row, name: Phrase, alpha: float) -> Phrase:
    p = row.get("d_pvalue")
    if is_missing(p) or p is None:
        return phrase("writing.rivals.not_nested", name=name)
    df = float(row["d_df"])
    numbers = phrase(
        "writing.rivals.d_chisq", df=Number(df, "integer") if df.is_integer() else number(df, 1),
        value=number(row["d_chisq"], decimals(row["d_chisq"])), p=Number(p, "p"),
    )  # fmt: skip
    side = "freer" if row["df"] < claimed["df"] else "stricter"
    clear = "clear" if p < alpha else "unclear"
    return phrase(f"writing.rivals.{side}_{clear}", name=name, numbers=numbers)


def _criteria(row: Row, claimed: Row) -> Iterator[Phrase]:
    gaps = {name: row.get(name, float("nan")) - claimed.get(name, float("nan"))
            for name in ("aic", "bic")}  # fmt: skip
    if any(map(is_missing, gaps.values())):
        return
    shown = {name: number(abs(gap), 1) for name, gap in gaps.items()}
    if max(map(abs, gaps.values())) < _SAME:
        yield phrase("writing.rivals.equal")
        return
    if (gaps["aic"] > 0) == (gaps["bic"] > 0):
        key = "both_claimed" if gaps["aic"] > 0 else "both_rival"
        yield phrase(f"writing.rivals.{key}", **shown)
        return
    sides = (phrase("writing.rivals.claimed"), phrase("writing.rivals.rival"))
    one, other = sides if gaps["aic"] > 0 else sides[::-1]
    yield phrase("writing.rivals.split", one=one, other=other, **shown)


def _alone(row: Row) -> Listing:
    df = float(row["df"])
    parts: list[Any] = [
        phrase(
            "writing.stat.chisq", value=number(row["chisq"]), n=Number(row["nobs"], "integer"),
            df=Number(df, "integer") if df.is_integer() else number(df, 1),
        )
    ] if not any(is_missing(row.get(k)) for k in ("chisq", "df", "nobs")) else []  # fmt: skip
    for name in ("cfi", "rmsea", "srmr"):
        if not is_missing(row.get(name)):
            value = bounded(row[name], 3)
            parts.append(phrase("writing.stat.index", index=phrase(f"fit.{name}"), value=value))
    return Listing(tuple(parts), "comma")
