"""The judge: reads the public API, the topics (librdkafka), the databases (PyMongo) and the ledger, and folds events.

It imports nothing from `services` or `shared`, so it shares none of their mistakes.
"""
