"""What a reader of the tables should think about: remarks, each with the convention's source."""

from collections.abc import Callable, Iterator
from html import escape
from typing import TYPE_CHECKING, Any

from scrm_model.screening.conventions import (
    KURTOSIS,
    MARDIA_SOURCE,
    MARDIA_Z,
    MISSING_SOURCE,
    NORMAL_SOURCE,
    PILE,
    PILE_SOURCE,
    SKEW,
    SOME_MISSING,
)
from scrm_model.screening.show import Listing, plain
from scrm_model.screening.words import percent, say, some, tail
from scrm_model.study.records import LANGUAGES, Text, check_one_of

if TYPE_CHECKING:
    from scrm_model.screening.result import Screening

Remark = tuple[str, Text, Text | str]
_TITLE = Text("What to think about", "Points d'attention")


class Advice(Listing):
    """Remarks, printed as sentences; `frame` has the columns topic, remark and source."""

    def text(self, lang: str = "en") -> str:
        """The remarks as lines."""
        check_one_of("lang", lang, LANGUAGES)
        notes = [f"- {note.get(lang)}" for note in self.notes]
        return "\n".join([self.title.get(lang), *(f"- {s}" for s in self._said(lang)), *notes])

    def html(self, lang: str = "en") -> str:
        """The remarks as a list, every text escaped."""
        check_one_of("lang", lang, LANGUAGES)
        said = [*self._said(lang), *(note.get(lang) for note in self.notes)]
        items = "".join(f"<li>{escape(sentence)}</li>" for sentence in said)
        return f"<p><b>{escape(self.title.get(lang))}</b></p><ul>{items}</ul>"

    def _said(self, lang: str) -> list[str]:
        words = self.french if lang == "fr" else {}
        out = []
        colon = " :" if lang == "fr" else ":"
        for cells in self.frame.to_numpy(dtype=str):
            topic, remark, source = (words.get(cell, cell) for cell in cells)
            out.append(f"{topic}{colon} {remark}" + (f" [{source}]" if source else ""))
        return out


_TOPICS = {
    "missing": Text("missing", "manquantes"),
    "careless": Text("careless", "négligence"),
    "normality": Text("normality", "normalité"),
    "categories": Text("categories", "modalités"),
    "outliers": Text("outliers", "extrêmes"),
    "nonresponse": Text("nonresponse", "non-réponse"),
}


def advice_listing(of: "Screening") -> Advice:
    """Remarks on a screening, in the order of its tables.

    Notes
    -----
    They name what a convention is crossed by and what can be done; they decide nothing.
    """
    rows: list[dict[str, Any]] = []
    for part in _PARTS:
        for topic, remark, source in part(of):
            rows.append({"topic": _TOPICS[topic], "remark": remark, "source": source})
    frame, french = plain(rows, ("topic", "remark", "source"))
    notes = [] if rows else [say("Nothing to remark.", "Rien à signaler.")]
    return Advice(_TITLE, frame, tuple(notes), (), french)


def _missing(of: "Screening") -> Iterator[Remark]:
    frame = of.missing.frame
    rows = len(of.labels)
    cells = frame["missing"].sum() / (rows * len(frame))
    for at, en, fr in (
        (frame["n"] == 0, "nobody answered {names}", "personne n'a répondu à {names}"),
        (
            ~of.sheet.varies & (frame["n"] > 0).to_numpy(),
            "everybody answered {names} alike: a constant item tells nothing",
            "tous ont donné la même réponse à {names} : un item constant ne dit rien",
        ),
    ):
        if at.any():
            yield "missing", say(en, fr, names=some(frame.loc[at, "item"])), ""
    if cells > SOME_MISSING:
        yield (
            "missing",
            say(
                "{share} of the cells are empty: full information (missing='fiml') uses every "
                "answer, leaving rows out uses complete cases only",
                "{share} des cellules sont vides : l'information complète (missing='fiml') utilise "
                "toutes les réponses, l'exclusion de lignes les seuls cas complets",
                share=percent(float(cells)),
            ),
            MISSING_SOURCE,
        )
    test = of.mcar
    if test.pvalue is not None and test.pvalue < 0.05:
        yield (
            "missing",
            say(
                "the means differ between patterns of missing answers ({p}): leaving rows out may "
                "bias; full information with what drives the gaps as auxiliary variables assumes "
                "less",
                "les moyennes diffèrent entre profils de réponses manquantes ({p}) : exclure des "
                "lignes peut biaiser ; l'information complète, avec les causes des lacunes en "
                "variables auxiliaires, suppose moins", p=tail(test.pvalue),
            ),
            "Little (1988)",
        )  # fmt: skip


def _careless(of: "Screening") -> Iterator[Remark]:
    frame = of.careless.frame.set_index("index")["crossed"]
    crossings = dict(zip(frame.index, frame.fillna(0).to_numpy(dtype=int), strict=True))
    for index in ("attention_failed", "ineligible", "seconds_per_item", "longstring", "duplicates"):
        crossed = int(crossings[index])
        if crossed:
            yield (
                "careless",
                say(
                    "{name} {rule}: {k} of {n} cases", "{name} {rule} : {k} cas sur {n}",
                    k=crossed, n=len(of.labels), name=of.conventions[index].name,
                    rule=of.conventions[index].shown,
                ),
                _source(of, index),
            )  # fmt: skip
    several = int((of.cases["n_crossed"] >= 2).sum())
    if several:
        yield (
            "careless",
            say(
                "cases that cross two conventions or more: {k}; look at them in .cases; a rule "
                "stated beforehand decides, and exclude(cases, reason) records it",
                "cas qui franchissent au moins deux conventions : {k} ; examinez-les dans .cases ; "
                "une règle fixée d'avance décide, et exclude(cases, reason) la consigne", k=several,
            ),
            "Curran (2016)",
        )  # fmt: skip


def _source(of: "Screening", index: str) -> Text | str:
    if index == "ineligible":
        return say("the scales", "les échelles")
    return of.conventions[index].source or say("your own", "le vôtre")


def _normality(of: "Screening") -> Iterator[Remark]:
    frame = of.normality.frame
    beyond = (frame["skew"].abs() > SKEW) | (frame["kurtosis"].abs() > KURTOSIS)
    if beyond.any():
        yield (
            "normality",
            say(
                "far from normal: {names}; robust or ordinal estimators (MLR, WLSMV) are made for "
                "this",
                "loin de la normale : {names} ; les estimateurs robustes ou ordinaux (MLR, WLSMV) "
                "sont faits pour cela", names=some(frame.loc[beyond, "item"]),
            ),
            NORMAL_SOURCE,
        )  # fmt: skip
    numbers = of.mardia.numbers
    if numbers is not None and abs(numbers.z) > MARDIA_Z:
        yield (
            "normality",
            say(
                "Mardia's kurtosis has z = {z}: normal-theory errors and chi-square are off; MLR "
                "corrects them",
                "l'aplatissement de Mardia a z = {z} : erreurs et khi-deux de la théorie normale "
                "sont faussés ; MLR les corrige", z=numbers.z,
            ),
            MARDIA_SOURCE,
        )  # fmt: skip


def _categories(of: "Screening") -> Iterator[Remark]:
    frame = of.categories.frame
    sparse = (frame["empty"] != "") | (frame["sparse"] != "")
    if sparse.any():
        yield (
            "categories",
            say(
                "points that few or none chose: {names}; with ordinal estimators join them to "
                "their neighbours or expect unstable thresholds",
                "échelons peu ou pas choisis : {names} ; avec des estimateurs ordinaux, les réunir "
                "à leurs voisins ou s'attendre à des seuils instables",
                names=some(frame.loc[sparse, "item"]),
            ),
            "",
        )  # fmt: skip
    piled = (frame["floor"] > PILE) | (frame["ceiling"] > PILE)
    if piled.any():
        yield (
            "categories",
            say(
                "floor or ceiling effect: {names}", "effet plancher ou plafond : {names}",
                names=some(frame.loc[piled, "item"]),
            ),
            PILE_SOURCE,
        )  # fmt: skip


def _outliers(of: "Screening") -> Iterator[Remark]:
    frame = of.outliers.frame
    far = int(((frame["kind"] == "D2") & (frame["p_bonferroni"] < 0.05)).sum())
    if far:
        yield (
            "outliers",
            say(
                "cases far out even among so many (Bonferroni): {k}; errors of entry, another "
                "population, or answers without reading",
                "cas extrêmes même parmi tant d'autres (Bonferroni) : {k} ; erreurs de saisie, "
                "autre population, ou réponses sans lire", k=far,
            ),
            "Tabachnick & Fidell (2013)",
        )  # fmt: skip


def _nonresponse(of: "Screening") -> Iterator[Remark]:
    frame = of.nonresponse.frame
    if len(frame):
        differ = frame[frame["p_holm"] < 0.05]
        if len(differ):
            yield (
                "nonresponse",
                say(
                    "early and late answers differ: {names}",
                    "premières et dernières réponses diffèrent : {names}",
                    names=some(differ["variable"]),
                ),
                "Armstrong & Overton (1977)",
            )
    tests = of.margins.tests
    if len(tests):
        differ = tests[tests["p_holm"] < 0.05]
        if len(differ):
            yield (
                "nonresponse",
                say(
                    "the sample differs from the population: {names}",
                    "l'échantillon diffère de la population : {names}",
                    names=some(differ["variable"]),
                ),
                "",
            )


_PARTS: tuple[Callable[["Screening"], Iterator[Remark]], ...] = (
    _missing, _careless, _normality, _categories, _outliers, _nonresponse,
)  # fmt: skip
