"""Words from numbers: the methods paragraph, the results and the self-audit, in two languages."""
