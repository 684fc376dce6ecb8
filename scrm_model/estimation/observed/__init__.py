"""Data to moments."""
