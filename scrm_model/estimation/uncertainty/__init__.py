"""How far the estimates may be from the truth."""
