"""The works that the written paragraphs cite, beside those of the conventions."""

from scrm_model.study.records import Reference

WORKS = {
    reference.key: reference
    for reference in (
        Reference(
            "anderson1988",
            "Anderson & Gerbing",
            1988,
            "Structural equation modeling in practice: A review and recommended two-step approach",
            "Psychological Bulletin, 103(3), 411–423",
        ),
        Reference(
            "appelbaum2018",
            "Appelbaum, Cooper, Kline, Mayo-Wilson, Nezu & Rao",
            2018,
            "Journal article reporting standards for quantitative research in psychology: The APA "
            "Publications and Communications Board task force report",
            "American Psychologist, 73(1), 3–25",
        ),
        Reference(
            "cohen1988",
            "Cohen",
            1988,
            "Statistical power analysis for the behavioral sciences (2nd ed.)",
            "Lawrence Erlbaum",
        ),
        Reference(
            "curran1996",
            "Curran, West & Finch",
            1996,
            "The robustness of test statistics to nonnormality and specification error in "
            "confirmatory factor analysis",
            "Psychological Methods, 1(1), 16–29",
        ),
        Reference(
            "enders2001",
            "Enders & Bandalos",
            2001,
            "The relative performance of full information maximum likelihood estimation for "
            "missing data in structural equation models",
            "Structural Equation Modeling, 8(3), 430–457",
        ),
        Reference(
            "preacher2012",
            "Preacher & Selig",
            2012,
            "Advantages of Monte Carlo confidence intervals for indirect effects",
            "Communication Methods and Measures, 6(2), 77–98",
        ),
        Reference(
            "rhemtulla2012",
            "Rhemtulla, Brosseau-Liard & Savalei",
            2012,
            "When can categorical variables be treated as continuous? A comparison of robust "
            "continuous and categorical SEM estimation methods under suboptimal conditions",
            "Psychological Methods, 17(3), 354–373",
        ),
        Reference(
            "savalei2009",
            "Savalei & Bentler",
            2009,
            "A two-stage approach to missing data: Theory and application to auxiliary variables",
            "Structural Equation Modeling, 16(3), 477–497",
        ),
        Reference(
            "zhao2010",
            "Zhao, Lynch & Chen",
            2010,
            "Reconsidering Baron and Kenny: Myths and truths about mediation analysis",
            "Journal of Consumer Research, 37(2), 197–206",
        ),
    )
}
