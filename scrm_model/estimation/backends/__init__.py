"""Engines behind one door: native, and semopy as the second."""
