"""How the distance is made small."""
