"""Agreements with clients and brokers: versions, the signed file, terms by reference."""
