"""What follows from the estimates?"""
