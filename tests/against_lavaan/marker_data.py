"""Answers to three constructs and a marker whose method reaches every item; writes the data file.

Run in the project's root: python tests/against_lavaan/marker_data.py
"""

from pathlib import Path

from scrm_model.planning.population import population
from scrm_model.planning.simulate import simulate

CONSTRUCTS = {"A": ["a1", "a2", "a3", "a4"], "B": ["b1", "b2", "b3", "b4"], "C": ["c1", "c2", "c3"]}
MARKER = ["m1", "m2", "m3"]
ITEMS = [v for own in CONSTRUCTS.values() for v in own]
FILE = Path(__file__).parent / "data" / "sim_marker.csv"

if __name__ == "__main__":
    lines = [f"{f} =~ {' + '.join(own)}" for f, own in CONSTRUCTS.items()]
    lines.append(f"TASTE =~ {' + '.join([*MARKER, *ITEMS])}")
    lines += [f"TASTE ~~ 0*{f}" for f in CONSTRUCTS]
    loadings = {("TASTE", v): 0.2 + 0.15 * (k % 3) for k, v in enumerate(ITEMS)}
    loadings |= dict.fromkeys([("TASTE", v) for v in MARKER], 0.8)
    own = {(f, v): 0.55 + 0.1 * (k % 3) for f, o in CONSTRUCTS.items() for k, v in enumerate(o)}
    correlations = {("A", "B"): 0.4, ("A", "C"): 0.15, ("B", "C"): 0.3}
    model = population("\n".join(lines), loadings=loadings | own, correlations=correlations)
    simulate(model, n=350, seed=11).to_csv(FILE, index=False, lineterminator="\n")
