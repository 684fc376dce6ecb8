"""The same from a shell: ``scrm-model demo``, ``questionnaire``, ``analyse``, ``power`` ..."""

import argparse
import io
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scrm_model._version import __version__
from scrm_model.errors import ArgumentError, ScrmError, ScrmWarning

DEMO_ANSWERS, DEMO_REPORT = "scrm-demo-answers.csv", "scrm-demo-report.html"
# Middling values of the field's literature: paths between .25 and .45.
DEMO_PATHS = {
    "H1": 0.45, "H2": 0.35, "H3": 0.25, "H4": 0.35, "H5": 0.40, "H6": 0.35, "H7": 0.30, "H8": 0.30,
    "H9": 0.25,
}  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code (0 done, 2 a user's mistake).

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments without the program's name; those of the process by default.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A console that cannot show an arrow or an accent shows '?' and goes on.
            stream.reconfigure(errors="replace")
    parser = _parser()
    args = parser.parse_args(argv)
    if args.run is None:
        parser.print_help()
        return 0
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", ScrmWarning)
            result = args.run(args)
        for warning in caught:
            if issubclass(warning.category, ScrmWarning):
                print(f"Note: {warning.message}", file=sys.stderr)
    except ScrmError as error:
        print(f"scrm-model: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"scrm-model: {error.strerror}: {error.filename}", file=sys.stderr)
        return 2
    return int(result)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scrm-model",
        description="Test the hypotheses of a social CRM performance study.",
        epilog="Example: scrm-model analyse answers.csv --report report.html --lang fr",
    )
    parser.add_argument("--version", action="version", version=f"scrm-model {__version__}")
    parser.set_defaults(run=None)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    demo = commands.add_parser(
        "demo",
        help="simulate answers, analyse them, and write the report into the current folder",
        description="Simulate 300 answers, analyse them as if they were yours, write the report.",
    )
    demo.add_argument("--n", type=int, default=300, help="answers to simulate (default 300)")
    _shared(demo)
    demo.set_defaults(run=_demo, seed=20261123)
    analyse = commands.add_parser(
        "analyse",
        help="test the hypotheses on a file of answers",
        description="Test the hypotheses on a CSV file of answers and write the report.",
        epilog="Example: scrm-model analyse reponses.csv --report rapport.html --lang fr "
        "--missing-code -99",
    )
    analyse.add_argument("file", metavar="FILE", help="CSV file with a column for each item")
    analyse.add_argument("--report", metavar="OUT", help="HTML file to write")
    analyse.add_argument(
        "--missing-code", type=float, action="append", default=[], metavar="CODE",
        help="number that stands for a missing answer; may be given more than once",
    )  # fmt: skip
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
    _shared(analyse)
    analyse.set_defaults(run=_analyse)
    _survey(commands)
    _planning(commands)
    return parser


def _survey(commands: Any) -> None:
    """Add the command `questionnaire`."""
    sheet = commands.add_parser(
        "questionnaire",
        help="write the questionnaire as a file of a survey program, or to print",
        description="Write the questionnaire for KoboToolbox or ODK (.xlsx), LimeSurvey or "
        "Qualtrics (.txt), REDCap (.csv), Word (.docx) or a browser (.html).",
        epilog="Example: scrm-model questionnaire survey.txt --format limesurvey --lang both",
    )
    sheet.add_argument("file", metavar="OUT", help="file to write")
    sheet.add_argument(
        "--format", metavar="NAME",
        help="xlsform, limesurvey, qualtrics, redcap, word or html; by default by the ending",
    )  # fmt: skip
    sheet.add_argument("--lang", default="en", help="en (default), fr or both")
    sheet.add_argument(
        "--scales", metavar="TOML", help="file of scales; by default the instrument of the study"
    )
    sheet.add_argument("--title", help="title that respondents read")
    sheet.add_argument(
        "--detail", action="append", default=[], metavar="NAME=TEXT",
        help="fills a placeholder of the consent text: organisation, duration, retention, contact, "
        "authority; may be given more than once",
    )  # fmt: skip
    sheet.add_argument("--randomise", metavar="WHAT", help="random order of items, blocks or both")
    sheet.add_argument("--layout", metavar="HOW", help="statements as a matrix, or single")
    sheet.add_argument("--seed", type=int, help="seed of an order that is fixed in the file")
    sheet.add_argument(
        "--codebook", metavar="OUT", help="file for the codebook: .csv, .xlsx or .sps"
    )
    sheet.set_defaults(run=_questionnaire)


def _planning(commands: Any) -> None:
    """Add the commands `simulate` and `power`."""
    draw = commands.add_parser(
        "simulate",
        help="draw answers from a population",
        description="Draw answers from a population and write them as CSV.",
        epilog="Example: scrm-model simulate answers.csv --n 300 --paths cautious --missing 0.05",
    )
    draw.add_argument("file", metavar="FILE", help="CSV file to write")
    draw.add_argument("--n", type=int, default=300, help="answers (default 300)")
    _population(draw)
    draw.set_defaults(run=_simulate)
    power = commands.add_parser(
        "power",
        help="power of the hypotheses and indirect effects, by simulation",
        description="Simulate the study at some sample sizes and say how often each effect is "
        "found.",
        epilog="Example: scrm-model power --n 150 200 300 --paths cautious --curve power.svg",
    )
    power.add_argument(
        "--n", type=int, nargs="+", default=[120, 200, 300], metavar="N",
        help="sample sizes (default 120 200 300)",
    )  # fmt: skip
    power.add_argument("--draws", type=int, default=1000, help="replicates each (default 1000)")
    power.add_argument("--estimator", default="ML", help="estimator (default ML)")
    power.add_argument(
        "--handling", default="listwise", metavar="HOW",
        help="what the analysis does with missing answers (default listwise)",
    )  # fmt: skip
    power.add_argument("--alpha", type=float, default=0.05, help="level of the tests (default .05)")
    power.add_argument("--jobs", type=int, help="workers; -1 is one for each core (default 1)")
    power.add_argument("--out", metavar="CSV", help="CSV file for the whole table")
    power.add_argument("--curve", metavar="FILE", help="power curve, as .svg, .pdf or .png")
    power.add_argument("--lang", default="en", help="language of the curve: en (default) or fr")
    _population(power)
    power.set_defaults(run=_power)


def _population(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--model", metavar="FILE", help="lavaan text; by default the model of the study"
    )
    parser.add_argument(
        "--paths", default="expected", metavar="SIZE",
        help="standardised paths: cautious (.20), expected (.30, default), optimistic (.50), or a "
        "number",
    )  # fmt: skip
    parser.add_argument(
        "--loadings", type=float, default=0.75, help="standardised loadings (default .75)"
    )
    parser.add_argument("--points", type=int, default=7, help="points of the scale (default 7)")
    parser.add_argument(
        "--missing", type=float, default=0.0, metavar="RATE",
        help="share of cells that go missing at random (default 0)",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, help="seed of the simulation")


def _shared(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--lang", default="en", help="language of the report: en (default) or fr")
    parser.add_argument(
        "--draws", type=int, default=5000, help="bootstrap resamples (default 5000)"
    )
    parser.add_argument("--seed", type=int, help="seed of the resamples")
    parser.add_argument("--jobs", type=int, help="workers; -1 is one for each core (default 1)")


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
    options = {
        "missing_codes": tuple(args.missing_code),
        "missing": args.missing,
        "estimator": args.estimator,
        "ordered": args.ordered,
        "performance": args.performance,
    }
    return _run(args.file, args.report, args, **options)


def _questionnaire(args: argparse.Namespace) -> int:
    from scrm_model.study.records import Text
    from scrm_model.survey.codebook.codebook import check_ending, codebook
    from scrm_model.survey.instrument import SCALES
    from scrm_model.survey.questionnaire.write import write_questionnaire
    from scrm_model.survey.scales import Scales

    _need_folder("--codebook", args.codebook)
    scales = Scales.from_toml(Path(args.scales)) if args.scales else SCALES
    shown = "fr" if args.lang == "fr" else "en"
    if args.codebook:
        check_ending("--codebook", Path(args.codebook))
    table = codebook(scales, shown) if args.codebook else None
    title = None if args.title is None else Text(args.title, args.title)
    written = write_questionnaire(
        scales, args.file, args.format, args.lang, title=title, details=_details(args.detail),
        randomise=args.randomise, layout=args.layout, seed=args.seed,
    )  # fmt: skip
    asked = len(written.questionnaire.questions)
    print(f"Questionnaire: {written.path.resolve()} ({written.format}, {asked} questions)")
    for note in written.notes:
        print(f"  - {note.get(shown)}")
    if table is not None:
        print(f"Codebook: {table.save(args.codebook).resolve()}")
    return 0


def _details(given: Sequence[str]) -> dict[str, str]:
    """Placeholders of the consent text, from NAME=TEXT."""
    for entry in given:
        if "=" not in entry:
            raise ArgumentError(
                f"--detail needs NAME=TEXT; got {entry!r}. Write such as 'contact=me@example.org'."
            )
    return dict(entry.split("=", 1) for entry in given)


def _simulate(args: argparse.Namespace) -> int:
    from scrm_model.planning.simulate import simulate

    _need_folder("FILE", args.file)
    _, of = _planned(args)
    answers = simulate(of, args.n, args.seed, **_ways(args))
    answers.to_csv(args.file, index=False)
    print(f"Answers: {Path(args.file).resolve()} (simulated, {len(answers)} rows)")
    return 0


def _power(args: argparse.Namespace) -> int:
    from scrm_model.planning.power import power
    from scrm_model.reporting.curve import power_curve
    from scrm_model.reporting.language import check_language

    check_language(args.lang)
    if args.curve and not args.curve.lower().endswith((".svg", ".pdf", ".png")):
        raise ArgumentError(
            f"--curve needs a name ending in .svg, .pdf or .png; got {args.curve!r}. Rename it."
        )
    _need_folder("--out", args.out)
    _need_folder("--curve", args.curve)
    model, of = _planned(args)
    found = power(
        model, of, args.n, args.draws, args.seed, answers=_ways(args), alpha=args.alpha,
        n_jobs=args.jobs, progress=sys.stderr.isatty(), estimator=args.estimator,
        missing=args.handling,
    )  # fmt: skip
    print(found)
    if args.out:
        found.frame.to_csv(args.out, index=False)
        print(f"Table: {Path(args.out).resolve()}")
    if args.curve:
        print(f"Curve: {power_curve(found, lang=args.lang).save(args.curve).resolve()}")
    return 0


def _need_folder(argument: str, file: str | None) -> None:
    """Refuse, before any work, a file that could not be written after it."""
    if file and not Path(file).absolute().parent.is_dir():
        raise ArgumentError(
            f"{argument} needs a folder that exists; got {file!r}. Create the folder first."
        )


def _planned(args: argparse.Namespace) -> tuple[Any, Any]:
    """The model, and what is true."""
    from scrm_model.planning.population import population
    from scrm_model.spec.model import Model
    from scrm_model.spec.specify import specify

    model = specify()
    if args.model:
        model = Model.from_syntax(Path(args.model).read_text(encoding="utf-8-sig"))
    try:
        paths: Any = float(args.paths)
    except ValueError:
        paths = args.paths
    return model, population(model, paths=paths, loadings=args.loadings)


def _ways(args: argparse.Namespace) -> dict[str, Any]:
    """How answers arise, as options of simulate()."""
    from scrm_model.planning.mechanisms import MCAR

    missing = MCAR(args.missing) if args.missing else None
    return {"points": args.points, "missing": missing}


def _run(file: str, report: str | None, args: argparse.Namespace, **options: Any) -> int:
    from scrm_model.analysis import analyse
    from scrm_model.reporting.language import check_language

    check_language(args.lang)
    if report is not None:
        _check_writable(Path(report))
    found = analyse(
        file, draws=args.draws, seed=args.seed, n_jobs=args.jobs, progress=sys.stderr.isatty(),
        **options,
    )  # fmt: skip
    print(found)
    if report is None:
        print(found.summary())
    else:
        print(f"Report: {found.report(report, lang=args.lang).resolve()}")
    return 0


def _check_writable(path: Path) -> None:
    """Refuse, before any work, a report that could not be written after it."""
    if path.suffix.lower() not in (".html", ".htm"):
        raise ArgumentError(
            f"--report needs a name ending in .html; got {str(path)!r}. Every browser reads it, "
            "prints it and saves it as PDF."
        )
    new = not path.exists()
    try:
        path.open("ab").close()
    except OSError as error:
        raise ArgumentError(
            f"--report needs a file that can be written; got {str(path)!r}: {error.strerror}. "
            "Choose another name or folder, or create the folder."
        ) from error
    if new:
        path.unlink()


if __name__ == "__main__":
    sys.exit(main())
