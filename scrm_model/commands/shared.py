"""What several commands need: codes, folders, files that can be written."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from scrm_model.errors import ArgumentError

if TYPE_CHECKING:
    from scrm_model.study.claims import Study
    from scrm_model.survey.scales import Scales


def need_folder(argument: str, file: str | None) -> None:
    """Refuse, before any work, a file that could not be written after it."""
    if file and not Path(file).absolute().parent.is_dir():
        raise ArgumentError(
            f"{argument} needs a folder that exists; got {file!r}. Create the folder first."
        )


def check_writable(path: Path, argument: str = "--report") -> None:
    """Refuse, before any work, a report that could not be written after it."""
    from scrm_model.reporting.report import ENDINGS

    if path.suffix.lower() not in ENDINGS:
        raise ArgumentError(
            f"{argument} needs a name ending in .html, .docx or .tex; got {str(path)!r}. Every "
            "browser reads HTML, prints it and saves it as PDF."
        )
    new = not path.exists()
    try:
        path.open("ab").close()
    except OSError as error:
        raise ArgumentError(
            f"{argument} needs a file that can be written; got {str(path)!r}: {error.strerror}. "
            "Choose another name or folder, or create the folder."
        ) from error
    if new:
        path.unlink()


def add_resampling(parser: argparse.ArgumentParser) -> None:
    """Add language, draws, seed and workers."""
    parser.add_argument("--lang", default="en", help="language of the report: en (default) or fr")
    parser.add_argument(
        "--draws", type=int, default=5000, help="bootstrap resamples (default 5000)"
    )
    parser.add_argument("--seed", type=int, help="seed of the resamples")
    parser.add_argument("--jobs", type=int, help="workers; -1 is one for each core (default 1)")


def add_reading(parser: argparse.ArgumentParser) -> None:
    """Add a file of answers, and how it is read."""
    parser.add_argument(
        "file", metavar="FILE",
        help="CSV, Excel, SPSS, Stata or Parquet file with a column for each item",
    )  # fmt: skip
    parser.add_argument(
        "--missing-code", type=_code, action="append", default=[], metavar="CODE",
        help="number or label that stands for a missing answer; may be given more than once",
    )  # fmt: skip
    parser.add_argument("--sheet", help="sheet of an Excel workbook, by name or number from 1")
    parser.add_argument(
        "--source", metavar="PLATFORM",
        help="qualtrics, limesurvey, kobo, redcap or plain; by default found out",
    )  # fmt: skip
    parser.add_argument(
        "--coding", metavar="WHICH",
        help="file or labels: which to believe where they contradict the scales",
    )  # fmt: skip


def add_study(parser: argparse.ArgumentParser) -> None:
    """Add the study and its scales."""
    parser.add_argument(
        "--study", metavar="TOML",
        help="file of your own claims; by default the social CRM study. It needs --scales",
    )  # fmt: skip
    add_scales(parser)


def add_scales(parser: argparse.ArgumentParser) -> None:
    """Add scales, and what is left out of them."""
    parser.add_argument(
        "--scales", metavar="TOML", help="file of scales; by default the instrument of the study"
    )
    parser.add_argument(
        "--drop", action="append", default=[], metavar="ITEM",
        help="item that is left out, after purification for instance; may be given more than once",
    )  # fmt: skip


def study_of(args: argparse.Namespace) -> tuple[Study, Scales]:
    """The study and the scales that were asked for.

    Raises
    ------
    ArgumentError
        A study of one's own without scales of its own.
    StudyError, ScaleError
        A file that cannot be read, or scales that are not those of the study.
    """
    from scrm_model.study.claims import Study
    from scrm_model.study.scrm import STUDY

    if args.study and not args.scales:
        raise ArgumentError(
            f"--study needs --scales with the items of its constructs; got {args.study!r} alone. "
            "Name the file of scales too."
        )
    study = Study.from_toml(Path(args.study)) if args.study else STUDY
    scales = scales_of(args)
    if args.scales:
        scales.check(study)
    return study, scales


def scales_of(args: argparse.Namespace) -> Scales:
    """The scales that were asked for, less what is left out."""
    from scrm_model.survey.instrument import SCALES
    from scrm_model.survey.scales import Scales

    return (Scales.from_toml(Path(args.scales)) if args.scales else SCALES).without(*args.drop)


def reading_of(args: argparse.Namespace) -> dict[str, str]:
    """What was said of the reading, as options of read_responses()."""
    given = {"sheet": args.sheet, "source": args.source, "coding": args.coding}
    return {name: value for name, value in given.items() if value is not None}


def _code(text: str) -> float | str:
    """A code for missing: a number if it is one, else a label."""
    try:
        return float(text)
    except ValueError:
        return text
