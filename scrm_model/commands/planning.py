"""The commands `simulate` and `power`."""

import argparse
import sys
from pathlib import Path
from typing import Any

from scrm_model.commands.shared import add_study, need_folder, study_of
from scrm_model.errors import ArgumentError


def add(commands: Any) -> None:
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
    add_study(parser)
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


def _simulate(args: argparse.Namespace) -> int:
    from scrm_model.planning.simulate import simulate

    need_folder("FILE", args.file)
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
    need_folder("--out", args.out)
    need_folder("--curve", args.curve)
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


def _planned(args: argparse.Namespace) -> tuple[Any, Any]:
    """The model, and what is true."""
    from scrm_model.planning.population import population
    from scrm_model.spec.model import Model
    from scrm_model.spec.specify import specify

    if args.model and (args.study or args.scales or args.drop):
        raise ArgumentError(
            "--model needs --study, --scales and --drop to be left out; got both. A model in "
            "lavaan text has its own constructs and items."
        )
    if args.model:
        model = Model.from_syntax(Path(args.model).read_text(encoding="utf-8-sig"))
    else:
        model = specify(*study_of(args))
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
