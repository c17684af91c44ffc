"""Securities, calendars, fees and prices: what is traded, and what it costs."""
