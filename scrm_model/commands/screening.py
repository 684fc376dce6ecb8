"""The command `screen`."""

import argparse
from pathlib import Path
from typing import Any

from scrm_model.commands.shared import add_reading, add_scales, need_folder, reading_of, scales_of
from scrm_model.errors import ArgumentError


def add(commands: Any) -> None:
    """Add the command `screen`."""
    look = commands.add_parser(
        "screen",
        help="judge a file of answers before it is analysed",
        description="Missing and careless answers, normality, outliers, early and late answers. "
        "Nothing is left out or changed.",
        epilog="Example: scrm-model screen reponses.csv --missing-code -99 --time duree "
        "--out careless.csv --lang fr",
    )
    add_reading(look)
    add_scales(look)
    look.add_argument("--id", metavar="COLUMN", help="column that names the cases")
    look.add_argument("--time", metavar="COLUMN", help="column of the total time, in seconds")
    look.add_argument("--arrival", metavar="COLUMN", help="column of dates of arrival")
    look.add_argument("--in-order", action="store_true", help="the rows stand in order of arrival")
    look.add_argument("--wave", metavar="COLUMN", help="column of the wave of an answer")
    look.add_argument(
        "--mcar", action="store_true", default=None, help="Little's test whatever it costs"
    )
    look.add_argument("--out", metavar="CSV", help="CSV file for the table of cases")
    look.add_argument("--lang", default="en", help="language of the tables: en (default) or fr")
    look.set_defaults(run=_screen)


def _screen(args: argparse.Namespace) -> int:
    from scrm_model.screening.screen import screen
    from scrm_model.study.records import LANGUAGES, check_one_of

    check_one_of("lang", args.lang, LANGUAGES)
    need_folder("--out", args.out)
    if args.in_order and args.arrival:
        raise ArgumentError("--in-order needs --arrival to be left out; got both. Choose one.")
    found = screen(
        args.file, scales_of(args), missing_codes=tuple(args.missing_code),
        reading=reading_of(args), id=args.id, time=args.time,
        arrival=args.arrival or args.in_order, wave=args.wave, mcar=args.mcar,
    )  # fmt: skip
    print(found.summary(args.lang))
    if args.out:
        found.cases.to_csv(args.out, index_label="case")
        told = "Cas :" if args.lang == "fr" else "Cases:"
        print(f"\n{told} {Path(args.out).resolve()}")
    return 0
