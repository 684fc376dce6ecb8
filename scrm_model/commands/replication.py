"""The commands `verify` and `report`."""

import argparse
import sys
from pathlib import Path
from typing import Any

from scrm_model.commands.shared import check_writable


def add(commands: Any) -> None:
    """Add the commands `verify` and `report`."""
    verify = commands.add_parser(
        "verify",
        help="repeat the analysis of a bundle and compare every number",
        description="Repeat the analysis of a bundle and compare every number; the exit code is 1 "
        "if any differs.",
        epilog="Example: scrm-model verify bundle.zip --data answers.csv",
    )
    verify.add_argument("bundle", metavar="BUNDLE", help="folder or .zip that analyse wrote")
    verify.add_argument("--data", metavar="FILE", help="the answers, unless the bundle has them")
    verify.add_argument("--jobs", type=int, help="workers; -1 is one for each core (default 1)")
    verify.set_defaults(run=_verify)
    report = commands.add_parser(
        "report",
        help="write the report of a bundle again, in either language",
        description="Repeat the analysis of a bundle and write its report.",
        epilog="Example: scrm-model report bundle.zip rapport.html --data answers.csv --lang fr",
    )
    report.add_argument("bundle", metavar="BUNDLE", help="folder or .zip that analyse wrote")
    report.add_argument("file", metavar="OUT", help="file to write")
    report.add_argument("--data", metavar="FILE", help="the answers, unless the bundle has them")
    report.add_argument("--lang", default="en", help="language: en (default) or fr")
    report.add_argument("--jobs", type=int, help="workers; -1 is one for each core (default 1)")
    report.set_defaults(run=_report)


def _verify(args: argparse.Namespace) -> int:
    from scrm_model.replication.verify import verify

    found = verify(args.bundle, data=args.data, n_jobs=args.jobs, progress=sys.stderr.isatty())
    print(found)
    return 0 if found.ok else 1


def _report(args: argparse.Namespace) -> int:
    from scrm_model.replication.verify import Stored, repeat
    from scrm_model.reporting.language import check_language

    check_language(args.lang)
    check_writable(Path(args.file), "OUT")
    again, notes = repeat(
        Stored.read(Path(args.bundle)), args.data, n_jobs=args.jobs, progress=sys.stderr.isatty()
    )
    print(*notes, sep="\n")
    print(f"Report: {again.report(args.file, lang=args.lang).resolve()}")
    return 0
