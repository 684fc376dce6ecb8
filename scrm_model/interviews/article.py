"""The evidence of the qualitative article, as its tables print it.

Sample, guide, themes by informant and relations are those of tables 1 to 8 and of the annex. All
wordings are this project's own, and no informant is quoted.
"""

from scrm_model.interviews.interviews import Interviews
from scrm_model.interviews.records import (
    Difference,
    Informant,
    Relation,
    Repeat,
    Theme,
    Topic,
)
from scrm_model.interviews.wording import Text

HEAD_OF_MARKETING = Text("head of marketing", "responsable marketing")

INFORMANTS = tuple(
    Informant(id, age, gender, HEAD_OF_MARKETING, years, minutes)
    for id, age, gender, years, minutes in (
        ("RTT", 45, "F", 17, 40),
        ("RMG", 29, "F", 4, 30),
        ("RUIB", 32, "F", 8, 45),
        ("RSpectra", 37, "M", 7, 50),
        ("RBT", 47, "M", 20, 60),
        ("RSteNour", 35, "F", 10, 40),
        ("RPromacoif", 50, "F", 22, 30),
    )
)

GUIDE = (
    Topic(
        "opening",
        Text(
            "How much managing customer relations matters, and why",
            "L'importance de gérer la relation avec les clients, et ses raisons",
        ),
        ("CRO",),
    ),
    Topic("1", Text("Whether the firm has a CRM", "Si l'entreprise dispose d'un CRM")),
    Topic(
        "2",
        Text(
            "How the performance of social CRM is measured", "Comment on mesure cette performance"
        ),
        ("SCRMP",),
    ),
    Topic(
        "3",
        Text("Social media as a way to customers", "Les médias sociaux pour aller vers le client"),
        ("SMTU",),
    ),
    Topic(
        "4",
        Text(
            "What social media give: information, partners, customers, markets, products",
            "Ce que les médias sociaux apportent : information, partenaires, clients, marchés",
        ),
        ("SMTU",),
    ),
    Topic(
        "5",
        Text(
            "Whether the CRM runs on social media, and why",
            "Si le CRM s'appuie sur les médias sociaux, et pourquoi",
        ),
        ("SMTU", "SCRMC"),
    ),
    Topic(
        "6",
        Text(
            "How work on social media and social CRM are linked",
            "Le lien entre l'activité sur les médias sociaux et le CRM social",
        ),
        ("SMTU", "SCRMC"),
        (("SMTU", "SCRMC"),),
    ),
    Topic(
        "7",
        Text("What social CRM gains from social media", "Ce que le CRM social y gagne"),
        ("SCRMC",),
    ),
    Topic(
        "8",
        Text(
            "What it takes to profit from social media and improve social CRM",
            "Ce qu'il faut pour tirer parti des médias sociaux et améliorer le CRM social",
        ),
        ("SMS", "CRO"),
    ),
    Topic(
        "9",
        Text("How these conditions act", "Comment ces conditions agissent"),
        ("SMS", "CRO", "SMTU"),
        (("SMS", "SMTU"), ("CRO", "SMTU")),
    ),
    Topic(
        "10",
        Text(
            "Signs of a campaign's success: views, likes, sales, customers, comments",
            "Les signes du succès d'une campagne : vues, mentions, ventes, clients, avis",
        ),
        ("SCRMP",),
    ),
    Topic(
        "11",
        Text(
            "Growth in customers and sales as signs of performance",
            "La croissance des clients et des ventes comme signe de performance",
        ),
        ("SCRMP",),
    ),
    Topic(
        "12",
        Text(
            "Places on social media where customers may speak back, and why",
            "Les lieux où le client peut répondre sur ces médias, et leur raison",
        ),
        ("CEC",),
    ),
)


def _theme(id: str, en: str, fr: str, informants: str, *facets: str) -> Theme:
    """Theme whose id begins with its construct, and whose informants are parted by blanks."""
    construct = id.split(".", maxsplit=1)[0]
    return Theme(id, construct, Text(en, fr), tuple(informants.split()), facets)


THEMES = (
    _theme("CRO.relationship", "the relation itself", "la relation elle-même",
           "RTT RBT RSteNour", "relationship"),
    _theme("CRO.satisfaction", "customer satisfaction", "la satisfaction du client",
           "RSpectra RPromacoif", "satisfaction"),
    _theme("CRO.experience", "a good customer experience", "une bonne expérience du client",
           "RPromacoif", "experience"),
    _theme("CRO.management", "managing the relation", "gérer la relation",
           "RUIB RMG", "management"),
    _theme("CRO.strategy", "a firm strategy around the customer",
           "une stratégie d'entreprise centrée sur le client", "RSteNour", "strategy"),
    _theme("CRO.improved", "social CRM improves the relational strategy",
           "le CRM social améliore la stratégie relationnelle", "RTT", "strategy"),
    _theme("CRO.centre", "social CRM puts the customer at the centre",
           "le CRM social place le client au centre", "RSteNour", "strategy"),
    _theme("SMS.reliance", "the strategy leans on social media",
           "la stratégie s'appuie sur ces médias", "RSteNour RBT", "reliance"),
    _theme("SMS.continuity", "social media in use at all times",
           "un recours permanent à ces médias", "RMG", "continuity"),
    _theme("SMS.importance", "social networks are important",
           "l'importance des réseaux sociaux", "RPromacoif", "importance"),
    _theme("SMS.relation", "social media carry the relation",
           "ces médias portent la relation", "RPromacoif RTT", "relation"),
    _theme("SMS.definition", "a strategy has to be set out",
           "une stratégie est à définir", "RTT", "definition"),
    _theme("SMTU.inform", "inform customers", "informer les clients",
           "RSteNour RPromacoif", "inform"),
    _theme("SMTU.approach", "approach customers", "aller vers les clients",
           "RSteNour RMG", "approach"),
    _theme("SMTU.listen", "be informed about customers", "s'informer sur les clients",
           "RUIB RMG", "listen"),
    _theme("SMTU.mailbox", "a mailbox: quick answers", "une boîte aux lettres : répondre vite",
           "RSpectra", "mailbox"),
    _theme("SMTU.digitalise", "digitalise the relation", "digitaliser la relation",
           "RBT", "digitalise"),
    _theme("SCRMC.knowledge", "collect information, know customers",
           "recueillir l'information, connaître les clients", "RSpectra RMG", "knowledge"),
    _theme("SCRMC.communication", "set out a communication strategy",
           "définir une stratégie de communication", "RSteNour RTT", "communication"),
    _theme("SCRMC.culture", "a customer-centred culture, and awareness",
           "une culture centrée sur le client, une notoriété", "RUIB RMG", "culture"),
    _theme("SCRMC.responsiveness", "responsiveness", "la réactivité",
           "RSpectra", "responsiveness"),
    _theme("CEC.voice", "a space to speak and propose", "un espace d'expression",
           "RSteNour RUIB", "voice"),
    _theme("CEC.ambassadors", "ambassadors found and rewarded",
           "des ambassadeurs repérés et récompensés", "RPromacoif", "ambassadors"),
    _theme("CEC.closeness", "personal, horizontal relations",
           "des relations personnelles, horizontales", "RTT RUIB", "closeness"),
    _theme("CEC.knowledge", "engagement through knowing customers",
           "l'engagement par la connaissance du client", "RMG RSteNour", "knowledge"),
    _theme("SCRMP.firm", "performance of the firm", "la performance de l'entreprise",
           "RUIB RSpectra RTT", "sales", "customers", "revenue", "profitability", "awareness"),
    _theme("SCRMP.relationship", "performance of the relation", "la performance de la relation",
           "RSteNour RSpectra", "loyalty", "opportunities", "reputation", "feedback", "contacts"),
)  # fmt: skip

BY_INTERVIEWS, BY_LITERATURE = "interviews", "literature"

# Table 8 in its order. An echo shares more than half of its runs of five words with the article's
# literature review or discussion.
RELATIONS = (
    Relation("CRO", "SMS", BY_INTERVIEWS, ("niessing2014",), 3),
    Relation("SMS", "SMTU", BY_INTERVIEWS, ("effing2016",), 3),
    Relation(
        "SMTU",
        "CEC",
        BY_INTERVIEWS,
        ("cabiddu2014", "cheng2015", "dijkmans2015", "hudson2015", "munar2014"),
        3,
    ),
    Relation("SMTU", "SCRMC", BY_LITERATURE, ("trainor2014",), 3),
    Relation("SCRMC", "CEC", BY_LITERATURE, ("wang2017",), 3, echoes=3),
    Relation("CEC", "SCRMP", BY_INTERVIEWS, ("kumar2016", "wang2017"), 3, echoes=1),
    Relation("SCRMC", "SCRMP", BY_LITERATURE, ("wang2012",), 4),
    Relation("CRO", "SMTU", BY_LITERATURE, ("godey2016", "trainor2014", "sudha2017"), 3),
    Relation("CRO", "SCRMC", BY_LITERATURE, ("choudhury2014",), 2),
)

REPEATS = (
    Repeat(("SMTU.approach", "RSteNour"), ("SCRMC.communication", "RSteNour")),
    Repeat(("SMTU.approach", "RMG"), ("SCRMC.knowledge", "RSpectra")),
    Repeat(("SMTU.listen", "RUIB"), ("SCRMC.culture", "RUIB")),
    Repeat(("SMTU.listen", "RMG"), ("SCRMC.culture", "RMG")),
    Repeat(("SMTU.mailbox", "RSpectra"), ("SCRMC.responsiveness", "RSpectra")),
)


def _said_by_all(place: str, construct: str, counted: int) -> Difference:
    return Difference(
        place,
        Text(
            f"The text has all seven informants speak of {construct}; the table cites {counted}. "
            "The table is encoded.",
            f"Selon le texte, les sept informants évoquent {construct} ; le tableau en cite "
            f"{counted}. C'est le tableau qui est repris.",
        ),
        7,
        counted,
    )


DIFFERENCES = (
    _said_by_all("table 5", "SCRMC", 5),
    _said_by_all("table 6", "CEC", 5),
    _said_by_all("table 7", "SCRMP", 4),
    Difference(
        "table 4",
        Text(
            "The text sums the use of social media up in four uses; the table has a fifth, the "
            "mailbox. The table is encoded.",
            "Le texte résume l'usage des médias sociaux en quatre usages ; le tableau en a un "
            "cinquième, la boîte aux lettres. C'est le tableau qui est repris.",
        ),
    ),
    Difference(
        "tables 4 and 5",
        Text(
            "One passage is attributed to RMG in table 4 (approach customers) and to RSpectra in "
            "table 5 (know customers). Both are encoded as printed.",
            "Un même passage est attribué à RMG au tableau 4 (aller vers les clients) et à "
            "RSpectra au tableau 5 (connaître les clients). Les deux sont repris tels quels.",
        ),
    ),
    Difference(
        "table 8",
        Text(
            "The passages cited for the relations name no informant. Three of those for SCRMC → "
            "CEC and one of those for CEC → SCRMP are worded as the article's own literature "
            "review or discussion.",
            "Les passages cités à l'appui des relations ne nomment aucun informant. Trois de ceux "
            "de SCRMC → CEC et un de ceux de CEC → SCRMP sont rédigés comme la revue de "
            "littérature ou la discussion de l'article lui-même.",
        ),
    ),
    Difference(
        "table 1",
        Text(
            "The limitations speak of managing directors; table 1 and the method have seven heads "
            "of marketing. Table 1 is encoded.",
            "Les limites parlent de directeurs généraux ; le tableau 1 et la méthode, de sept "
            "responsables marketing. C'est le tableau 1 qui est repris.",
        ),
    ),
)

NOTES = (
    Text(
        "The tables print a choice of passages, so that an informant may have spoken of more "
        "themes than are cited.",
        "Les tableaux donnent un choix de passages : un informant peut avoir évoqué plus de "
        "thèmes qu'il n'en est cité.",
    ),
    Text(
        "Informants stand in the order of table 1; the article does not say in which order they "
        "were interviewed, nor the sectors of their firms.",
        "Les informants suivent l'ordre du tableau 1 ; l'article n'indique ni l'ordre des "
        "entretiens ni les secteurs des entreprises.",
    ),
)

INTERVIEWS = Interviews(
    Text(
        "Seven interviews with heads of marketing, Tunisia",
        "Sept entretiens avec des responsables marketing, Tunisie",
    ),
    INFORMANTS,
    THEMES,
    GUIDE,
    RELATIONS,
    REPEATS,
    DIFFERENCES,
    NOTES,
)
"""What the seven informants of the article said, as its tables print it."""
