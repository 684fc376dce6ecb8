"""Are the scales any good? Reliability of each construct, and validity of all of them together."""
