"""The same from a shell: ``scrm-model demo``, ``questionnaire``, ``screen``, ``analyse`` ..."""

import argparse
import io
import sys
import warnings
from collections.abc import Sequence

from scrm_model._version import __version__
from scrm_model.commands import analysis, planning, replication, screening, survey
from scrm_model.errors import ScrmError, ScrmWarning

# In the order of doing.
STAGES = (survey, planning, screening, analysis, replication)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns 0 (done), 1 (something differs) or 2 (a user's mistake).

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
    for stage in STAGES:
        stage.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
