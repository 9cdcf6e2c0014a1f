"""Kafka and the Mongo-wire engine as plain Java processes, for a machine without containers."""
