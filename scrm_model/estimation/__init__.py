"""Which parameters fit best, and how well?"""
