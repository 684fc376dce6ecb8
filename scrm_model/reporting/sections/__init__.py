"""The sections of the report, one function each: contents in, blocks out, no language yet."""
