"""Custom fields: what a firm wants to know of clients, defined without code."""
