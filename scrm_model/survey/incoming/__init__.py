"""From whatever holds the answers to columns of codes: formats, platforms, names, labels."""
