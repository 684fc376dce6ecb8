"""What a solution says: its tests and measures, where it fails, what its cases score."""
