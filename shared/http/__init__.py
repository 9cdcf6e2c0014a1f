"""HTTP for every service: one app factory, problems as answers, idempotency, preconditions, health.

`app` the factory · `problems` errors to problem+json · `middleware` size, trace, metrics · `guard` permissions
· `application` what routes speak to · `composed` routes without a tree of dependencies · `origin` from where
· `once` Idempotency-Key and If-Match · `text` what people type, cleaned · `health` probes and metrics.
"""
