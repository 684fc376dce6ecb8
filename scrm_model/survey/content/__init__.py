"""What experts think of the items: the form they fill in, its reading, and content validity."""
