"""Ordinal and continuous answers to thresholds, correlations and their covariances."""
