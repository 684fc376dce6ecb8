"""The command `questionnaire`."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scrm_model.commands.shared import add_scales, need_folder, scales_of
from scrm_model.errors import ArgumentError


def add(commands: Any) -> None:
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
    add_scales(sheet)
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


def _questionnaire(args: argparse.Namespace) -> int:
    from scrm_model.study.records import Text
    from scrm_model.survey.codebook.codebook import check_ending, codebook
    from scrm_model.survey.questionnaire.write import write_questionnaire

    need_folder("--codebook", args.codebook)
    scales = scales_of(args)
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
