"""What is estimated: the parameter table, and lavaan text in and out."""
