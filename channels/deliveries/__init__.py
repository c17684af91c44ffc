"""The delivery pipeline: batch, delivery, attempt."""
