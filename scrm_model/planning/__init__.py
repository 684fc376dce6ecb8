"""How many answers are needed?"""
