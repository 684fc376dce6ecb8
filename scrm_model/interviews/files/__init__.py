"""Files of interviews as bytes: text, zipped files and XML from strangers, read without trust."""
