"""What is claimed: constructs, hypotheses, mediations and rivals, as frozen data."""
