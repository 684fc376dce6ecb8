"""Before a model is confirmed: how many factors the items have, which, and what to keep."""
