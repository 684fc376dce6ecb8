"""One construct or several: first order, second order, bifactor."""
