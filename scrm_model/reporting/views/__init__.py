"""What the table of each kind of result is: one module for each stage of a study."""
