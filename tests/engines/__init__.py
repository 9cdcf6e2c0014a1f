"""The conformance gate: what the product relies on in Kafka and in MongoDB, one test each.

It runs against the configured engines; what has to kill or to break one is tried on an embedded engine of its own.
The controls run the same checks on an engine without its guard and expect them to fail.
"""
