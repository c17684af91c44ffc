"""The firm's staff who serve clients."""
