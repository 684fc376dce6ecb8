"""Are the data fit to use? Missing, careless, far from normal, far out, late."""
