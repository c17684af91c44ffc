"""Kin: who belongs to a client: related persons, and the household he lives in."""
