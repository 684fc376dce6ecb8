"""The whole study in one call: answers in, hypotheses tested, report out."""
