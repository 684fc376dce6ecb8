"""What does the reader see? Tables, the path diagram and the report, in English and French."""
