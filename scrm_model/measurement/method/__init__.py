"""How much of the answers is due to the method?"""
