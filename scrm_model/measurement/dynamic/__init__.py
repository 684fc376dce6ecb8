"""Cut-offs for fit indices that are simulated for the model at hand."""
