"""The commands `demo` and `analyse`."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scrm_model.commands.shared import (
    add_reading,
    add_resampling,
    add_study,
    check_writable,
    reading_of,
    study_of,
)

DEMO_ANSWERS, DEMO_REPORT = "scrm-demo-answers.csv", "scrm-demo-report.html"
# Middling values of the field's literature: paths between .25 and .45.
DEMO_PATHS = {
    "H1": 0.45, "H2": 0.35, "H3": 0.25, "H4": 0.35, "H5": 0.40, "H6": 0.35, "H7": 0.30, "H8": 0.30,
    "H9": 0.25,
}  # fmt: skip


def add(commands: Any) -> None:
    """Add the commands `demo` and `analyse`."""
    demo = commands.add_parser(
        "demo",
        help="simulate answers, analyse them, and write the report into the current folder",
        description="Simulate 300 answers, analyse them as if they were yours, write the report.",
    )
    demo.add_argument("--n", type=int, default=300, help="answers to simulate (default 300)")
    add_resampling(demo)
    demo.set_defaults(run=_demo, seed=20261123, method_bias=False, invariance=None)
    analyse = commands.add_parser(
        "analyse",
        help="test the hypotheses on a file of answers",
        description="Test the hypotheses on a file of answers and write the report.",
        epilog="Examples: scrm-model analyse reponses.csv --report rapport.html --lang fr "
        "--missing-code -99; with a study of your own: scrm-model analyse answers.csv --study "
        "claims.toml --scales items.toml --report report.docx",
    )
    add_reading(analyse)
    add_study(analyse)
    analyse.add_argument(
        "--report", metavar="OUT", help="file to write: .html, .docx (Word) or .tex"
    )
    analyse.add_argument(
        "--missing", metavar="HOW",
        help="missing answers: listwise (rows left out), fiml (all answers count) or pairwise "
        "(ordinal items); by default chosen by a rule that the report states",
    )  # fmt: skip
    analyse.add_argument(
        "--estimator", metavar="NAME",
        help="ML, MLR, WLSMV, ...; by default chosen by a rule that the report states",
    )  # fmt: skip
    analyse.add_argument(
        "--ordered", action="store_true", default=None, help="treat every item as ordinal"
    )
    analyse.add_argument(
        "--performance", default="second-order", metavar="HOW",
        help="second-order (default), two-factor or single",
    )  # fmt: skip
    analyse.add_argument(
        "--method-bias", action="store_true", help="add a section on common method bias"
    )
    analyse.add_argument(
        "--invariance", metavar="COLUMN",
        help="add a section on measurement invariance between the groups of this column",
    )  # fmt: skip
    analyse.add_argument(
        "--bundle", metavar="OUT", help="folder or .zip to write that repeats the analysis"
    )
    add_resampling(analyse)
    analyse.set_defaults(run=_analyse)


def _demo(args: argparse.Namespace) -> int:
    from scrm_model.planning.population import population
    from scrm_model.planning.simulate import simulate
    from scrm_model.reporting.language import check_language
    from scrm_model.spec.specify import specify

    check_language(args.lang)
    model = specify()
    loadings = {"SCRMP_FIRM": 0.85, "SCRMP_REL": 0.85}
    answers = simulate(population(model, paths=DEMO_PATHS, loadings=loadings), args.n, args.seed)
    answers.to_csv(DEMO_ANSWERS, index=False)
    print(f"Answers: {Path(DEMO_ANSWERS).resolve()} (simulated, {args.n} rows)")
    return _run(DEMO_ANSWERS, DEMO_REPORT, args)


def _analyse(args: argparse.Namespace) -> int:
    study, scales = study_of(args)
    options = {
        "study": study,
        "scales": scales,
        "missing_codes": tuple(args.missing_code),
        "reading": reading_of(args),
        "missing": args.missing,
        "estimator": args.estimator,
        "ordered": args.ordered,
        "performance": args.performance,
    }
    return _run(args.file, args.report, args, bundle=args.bundle, **options)


def _run(
    file: str,
    report: str | None,
    args: argparse.Namespace,
    bundle: str | None = None,
    **options: Any,
) -> int:
    from scrm_model.analysis.run import analyse
    from scrm_model.replication.bundle import write_bundle
    from scrm_model.reporting.language import check_language

    check_language(args.lang)
    if report is not None:
        check_writable(Path(report))
    found = analyse(
        file, draws=args.draws, seed=args.seed, n_jobs=args.jobs, progress=sys.stderr.isatty(),
        **options,
    )  # fmt: skip
    print(found)
    if bundle is not None:
        print(f"Bundle: {write_bundle(found, bundle).path.resolve()}")
    more = tuple(_more(found, args))
    found = found.including(*more)
    if report is None:
        print(found.summary(), *more, sep="\n\n")
    else:
        print(f"Report: {found.report(report, lang=args.lang).resolve()}")
    return 0


def _more(found: Any, args: argparse.Namespace) -> Iterator[Any]:
    """What was asked for besides, from the answers as the analysis has them."""
    if args.method_bias:
        from scrm_model.measurement.method.table import method_bias

        yield method_bias(found.measurement)
    if args.invariance:
        yield _invariance(found, args.invariance)


def _invariance(found: Any, column: str) -> Any:
    from scrm_model.errors import NotAvailableError
    from scrm_model.estimation.choice_scales import points_of
    from scrm_model.measurement.invariance.table import invariance
    from scrm_model.survey.recode import turned_round

    if found.screening is None:
        raise NotAvailableError(
            "--invariance needs answers that could be screened; these could not, as the note says. "
            "Correct them first."
        )
    frame, _ = turned_round(found.screening.data, found.scales)
    choice = found.choice
    return invariance(
        found.measurement.model, frame, column, estimator=choice.estimator, missing=choice.missing,
        ordered=points_of(found.scales, choice.ordered),
    )  # fmt: skip
