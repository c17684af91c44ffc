"""Messages to people: e-mail and SMS, consent, deliveries, and the peers of a demo."""
