"""How it is asked, and what came back: items and scales, the instrument, files of answers."""
