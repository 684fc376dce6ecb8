"""Store what lavaan finds with the script of a bundle: ``python tests/replication/refit.py``.

Needs R with lavaan.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from replication.test_bundle import analysed, drawn  # noqa: E402

import scrm_model as scrm  # noqa: E402

with tempfile.TemporaryDirectory() as folder:
    scrm.write_bundle(analysed(drawn()), Path(folder) / "b")
    code = (
        'source("lavaan.R"); cat("\\n", as.character(packageVersion("lavaan")), '
        'sprintf("%.9f", fitMeasures(fit, "chisq")), "\\n")'
    )
    done = subprocess.run(
        ["Rscript", "-e", code], cwd=Path(folder) / "b", capture_output=True, text=True, check=True
    )
    version, chisq = done.stdout.split()[-2:]
stored = {"program": f"lavaan {version}", "chisq": float(chisq)}
(HERE / "lavaan.json").write_text(json.dumps(stored) + "\n", encoding="utf-8")
