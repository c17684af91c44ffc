"""Leads: people who are not clients yet, who works on them, and what came of it."""
