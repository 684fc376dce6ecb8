"""Figures of answers: planned as plain marks, drawn by matplotlib without any global state."""
