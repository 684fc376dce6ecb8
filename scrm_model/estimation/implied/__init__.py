"""Parameters to moments."""
