"""What did the informants say? The article's evidence, and a researcher's own interviews."""
