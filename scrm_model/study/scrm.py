"""The study itself: what drives the performance of social CRM.

Constructs, facets and relations are those of the qualitative article that this project carries
on: seven interviews with heads of marketing of Tunisian firms. The article does not number its
relations; H1 to H9 follow the order of its table 8. All wordings are this project's own.
"""

from scrm_model.interviews.article import INTERVIEWS
from scrm_model.study.claims import (
    Alternative,
    Construct,
    Dimension,
    Facet,
    Hypothesis,
    Mediation,
    Reference,
    Study,
    Text,
)

CONSTRUCTS = (
    Construct(
        "CRO",
        Text("Customer relationship orientation", "Orientation relation client"),
        Text(
            "The priority that a firm gives, in its values and decisions, to building lasting "
            "relations with its customers.",
            "La priorité qu'une entreprise accorde, dans ses valeurs et ses décisions, à la "
            "construction de relations durables avec ses clients.",
        ),
        (
            Facet("relationship", Text("the relation itself", "la relation elle-même")),
            Facet("satisfaction", Text("customer satisfaction", "la satisfaction du client")),
            Facet("experience", Text("customer experience", "l'expérience du client")),
            Facet("management", Text("managing the relation", "la gestion de la relation")),
            Facet(
                "strategy",
                Text("a strategy built around the customer", "une stratégie centrée sur le client"),
            ),
        ),
    ),
    Construct(
        "SMS",
        Text("Social media strategy", "Stratégie des médias sociaux"),
        Text(
            "How far a firm has settled what its social media are for, for whom, on which "
            "platforms and with what means, in line with its marketing aims.",
            "La mesure dans laquelle une entreprise a fixé la finalité, le public, les plateformes "
            "et les moyens de ses médias sociaux, en accord avec ses objectifs marketing.",
        ),
        (
            Facet("reliance", Text("strategy leans on social media", "appui sur ces médias")),
            Facet("continuity", Text("use at all times", "une présence de tous les instants")),
            Facet("importance", Text("importance granted to them", "l'importance accordée")),
            Facet("relation", Text("they carry the relation", "le support de la relation")),
            Facet("definition", Text("a strategy is set out", "une stratégie est définie")),
        ),
    ),
    Construct(
        "SMTU",
        Text("Social media technology use", "Usage des technologies des médias sociaux"),
        Text(
            "How much a firm uses the tools of social media in its dealings with customers.",
            "L'intensité avec laquelle une entreprise recourt aux outils des médias sociaux dans "
            "ses échanges avec ses clients.",
        ),
        (
            Facet("digitalise", Text("digitalise the relation", "digitaliser la relation")),
            Facet("inform", Text("inform customers", "informer les clients")),
            Facet("listen", Text("learn needs and expectations", "s'informer des attentes")),
            Facet("approach", Text("approach customers", "aller vers les clients")),
            Facet("mailbox", Text("answer messages fast", "répondre vite aux messages")),
        ),
    ),
    Construct(
        "SCRMC",
        Text("Social CRM capability", "Capacité du CRM social"),
        Text(
            "A firm's skill in producing, sharing and answering the information that arises from "
            "its exchanges with customers on social media.",
            "L'aptitude d'une entreprise à produire, à partager et à exploiter l'information née "
            "de ses échanges avec les clients sur les médias sociaux.",
        ),
        (
            Facet("knowledge", Text("knowledge of market and customers", "connaissance du marché")),
            Facet("culture", Text("customer-oriented culture", "culture orientée client")),
            Facet("communication", Text("effective communication", "communication efficace")),
            Facet("responsiveness", Text("responsiveness", "réactivité")),
        ),
    ),
    Construct(
        "CEC",
        Text("Customer engagement capability", "Capacité d'engagement du client"),
        Text(
            "A firm's skill in bringing its customers to take part: to speak up, to contribute "
            "and to recommend.",
            "L'aptitude d'une entreprise à amener ses clients à s'impliquer : prendre la parole, "
            "contribuer et recommander.",
        ),
        (
            Facet("voice", Text("a space to speak and propose", "un espace d'expression")),
            Facet("ambassadors", Text("ambassadors named and rewarded", "des ambassadeurs")),
            Facet("knowledge", Text("knowledge of customers", "la connaissance des clients")),
            Facet(
                "closeness",
                Text("personal, horizontal relations", "des relations personnelles, horizontales"),
            ),
        ),
    ),
    Construct(
        "SCRMP",
        Text("Social CRM performance", "Performance du CRM social"),
        Text(
            "How far social CRM attains what the firm expects of it, for its business results and "
            "for its relations with customers.",
            "La mesure dans laquelle le CRM social atteint ce que l'entreprise en attend, pour ses "
            "résultats et pour sa relation avec les clients.",
        ),
        (
            Facet("sales", Text("sales", "les ventes")),
            Facet("customers", Text("number of customers", "le nombre de clients")),
            Facet("revenue", Text("revenue", "le chiffre d'affaires")),
            Facet("profitability", Text("profitability", "la rentabilité")),
            Facet("awareness", Text("brand awareness", "la notoriété")),
            Facet("loyalty", Text("loyalty", "la fidélité")),
            Facet("opportunities", Text("business opportunities", "les opportunités d'affaires")),
            Facet("reputation", Text("online reputation", "l'e-réputation")),
            Facet("feedback", Text("feedback from the market", "les retours du marché")),
            Facet("contacts", Text("contacts on social media", "les contacts sur ces médias")),
        ),
        (
            Dimension(
                "FIRM",
                Text("Firm performance", "Performance de l'entreprise"),
                ("sales", "customers", "revenue", "profitability", "awareness"),
            ),
            Dimension(
                "REL",
                Text("Customer-relationship performance", "Performance de la relation client"),
                ("loyalty", "opportunities", "reputation", "feedback", "contacts"),
            ),
        ),
    ),
)

# The relations of the article's table 8, with origin and literature, all expected positive.
HYPOTHESES = tuple(
    Hypothesis(f"H{number}", *relation.path, 1, relation.origin, relation.references)
    for number, relation in enumerate(INTERVIEWS.relations, start=1)
)

MEDIATIONS = (Mediation("M1", ("CRO", "SMTU"), ("SCRMC", "CEC"), "SCRMP"),)

RIVALS = (
    Alternative(
        "partial",
        Text("Partial mediation", "Médiation partielle"),
        adds=(Hypothesis("D1", "CRO", "SCRMP"), Hypothesis("D2", "SMTU", "SCRMP")),
    ),
    Alternative(
        "no-sms",
        Text("Without social media strategy", "Sans la stratégie des médias sociaux"),
        drops=("SMS",),
    ),
    Alternative(
        "no-h9",
        Text("Technology use as the only gateway", "L'usage des technologies, seul passage"),
        drops=("H9",),
    ),
)

# Titles are left empty: the article, as this project holds it, prints no list of references.
BIBLIOGRAPHY = (
    Reference("barney1991", "Barney", 1991),
    Reference("cabiddu2014", "Cabiddu et al.", 2014),
    Reference("cheng2015", "Cheng & Edwards", 2015),
    Reference("choudhury2014", "Choudhury & Harrigan", 2014),
    Reference("dijkmans2015", "Dijkmans et al.", 2015),
    Reference(
        "effing2016",
        "Effing & Spil",
        2016,
        outlet="International Journal of Information Management 36(1), 1–8",
    ),
    Reference("foltean2019", "Foltean, Trif & Tuleu", 2019, outlet="Journal of Business Research"),
    Reference("godey2016", "Godey et al.", 2016),
    Reference("hudson2015", "Hudson et al.", 2015),
    Reference(
        "jayachandran2005",
        "Jayachandran, Sharma, Kaufman & Raman",
        2005,
        outlet="Journal of Marketing 69",
    ),
    Reference("kumar2016", "Kumar & Pansari", 2016, outlet="Journal of Marketing Research 53(4)"),
    Reference("kupper2015", "Küpper et al.", 2015),
    Reference("munar2014", "Munar & Jacobsen", 2014),
    Reference("narver1990", "Narver & Slater", 1990, outlet="Journal of Marketing 54"),
    Reference("niessing2014", "Niessing", 2014),
    Reference(
        "rapp2010",
        "Rapp, Trainor & Agnihotri",
        2010,
        outlet="Journal of Business Research 63, 1229–1236",
    ),
    Reference("sudha2017", "Sudha & Sheena", 2017),
    Reference(
        "trainor2014",
        "Trainor, Andzulis, Rapp & Agnihotri",
        2014,
        outlet="Journal of Business Research 67, 1201–1208",
    ),
    Reference("wang2012", "Wang & Feng", 2012, outlet="Management Decision 50(1), 115–129"),
    Reference("wang2017", "Wang & Kim", 2017, outlet="Journal of Interactive Marketing 39, 15–26"),
)

STUDY = Study(
    Text("Drivers of social CRM performance", "Les déterminants de la performance du CRM social"),
    CONSTRUCTS,
    HYPOTHESES,
    MEDIATIONS,
    BIBLIOGRAPHY,
    RIVALS,
)
"""The study: six constructs, nine hypotheses, one mediation claim, three rivals."""
