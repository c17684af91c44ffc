"""Suitability: the class a client was assessed for, since when, until when."""
