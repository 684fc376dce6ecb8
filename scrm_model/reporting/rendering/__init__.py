"""A table, or the whole report, in one form or another: nothing here knows of statistics."""
