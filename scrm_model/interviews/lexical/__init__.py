"""Words of transcripts: frequencies, keyness, context."""
