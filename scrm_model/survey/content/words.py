"""What the form says, in English and French."""

from __future__ import annotations

from scrm_model.errors import ArgumentError
from scrm_model.study.records import LANGUAGES, Text

FORM_LANGUAGES = (*LANGUAGES, "both")

SHEETS = {
    "start": Text("Instructions", "Consignes"),
    "constructs": Text("Constructs", "Construits"),
    "sort": Text("Sorting", "Classement"),
    "rating": Text("Rating", "Évaluation"),
}
HEADS = {
    "number": Text("No.", "N°"),
    "code": Text("Item", "Item"),
    "construct": Text("Construct", "Construit"),
    "definition": Text("Definition", "Définition"),
    "wording": Text("Wording", "Libellé"),
    "relevance": Text("Relevance (1–4)", "Pertinence (1–4)"),
    "clarity": Text("Clarity (1–4)", "Clarté (1–4)"),
    "essential": Text("Essential?", "Essentiel ?"),
    "comment": Text("Comment", "Commentaire"),
    "sorted": Text("Belongs to", "Appartient à"),
}
ESSENTIAL = {
    "essential": Text("essential", "essentiel"),
    "useful": Text("useful but not essential", "utile mais non essentiel"),
    "not necessary": Text("not necessary", "non nécessaire"),
}
NAME = Text("Your name, or a code", "Votre nom, ou un code")
TITLE = Text("Judging the content of a questionnaire", "Juger le contenu d'un questionnaire")
NO_DEFINITION = Text("(no definition given)", "(sans définition)")
START = (
    Text(
        "Thank you for judging these items. Please work alone; fill in the coloured cells only.",
        "Merci de juger ces items. Travaillez seul(e) et ne remplissez que les cellules colorées.",
    ),
    Text(
        "1. Read what the constructs mean (sheet “Constructs”).",
        "1. Lisez ce que signifient les construits (feuille « Construits »).",
    ),
)
SORT_START = Text(
    "2. On the sheet “Sorting”, choose for each item the construct that it belongs to. Do so "
    "before you look at the sheet “Rating”.",
    "2. Sur la feuille « Classement », choisissez pour chaque item le construit auquel il "
    "appartient, avant de regarder la feuille « Évaluation ».",
)
RATING_START = Text(
    "{n}. On the sheet “Rating”, judge each item against the definition of its construct.",
    "{n}. Sur la feuille « Évaluation », jugez chaque item d'après la définition de son construit.",
)
SCALES_START = (
    Text(
        "Relevance: 1 not relevant, 2 somewhat relevant, 3 quite relevant, 4 highly relevant to "
        "the construct.",
        "Pertinence : 1 non pertinent, 2 peu pertinent, 3 assez pertinent, 4 très pertinent pour "
        "le construit.",
    ),
    Text(
        "Clarity: 1 not clear, 2 needs major changes, 3 needs minor changes, 4 clear.",
        "Clarté : 1 pas clair, 2 à modifier fortement, 3 à modifier légèrement, 4 clair.",
    ),
    Text(
        "Essential? Is the item essential to measure the construct, useful but not essential, or "
        "not necessary?",
        "Essentiel ? L'item est-il essentiel pour mesurer le construit, utile mais non essentiel, "
        "ou non nécessaire ?",
    ),
    Text(
        "Comment: what you would change, and what is missing from the construct.",
        "Commentaire : ce que vous changeriez, et ce qui manque au construit.",
    ),
    Text(
        "Leave a cell empty if you cannot judge. Then save the file and send it back.",
        "Laissez vide ce que vous ne pouvez pas juger. Enregistrez ensuite le fichier et "
        "renvoyez-le.",
    ),
)
WRONG_POINT = Text("Choose 1, 2, 3 or 4.", "Choisissez 1, 2, 3 ou 4.")
WRONG_CHOICE = Text("Choose an entry of the list.", "Choisissez une entrée de la liste.")


def in_language(text: Text, lang: str, between: str = " / ") -> str:
    """A text in English, in French, or in both where they differ.

    Parameters
    ----------
    text : Text
        The text.
    lang : {"en", "fr", "both"}
        The language.
    between : str
        What stands between the two.

    Returns
    -------
    str
    """
    if lang != "both":
        return text.get(lang)
    return between.join(dict.fromkeys((text.get("en"), text.get("fr"))))


def check_form_language(lang: str) -> None:
    """Raise `ArgumentError` unless a form can be written in this language."""
    if lang not in FORM_LANGUAGES:
        raise ArgumentError(f"lang= needs 'en', 'fr' or 'both'; got {lang!r}. Choose one of these.")
