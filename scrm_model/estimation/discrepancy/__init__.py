"""The distance between observed and implied moments."""
