"""Does it come out again? An analysis as a bundle of files, and its repetition."""
