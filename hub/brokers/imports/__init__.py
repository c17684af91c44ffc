"""Files of brokers: who works here (kind `brokers`), who stands under whom from a day (`tree`)."""
