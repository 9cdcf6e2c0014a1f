"""The history checker: reads the public API and the event stream of any installation, and judges every prefix.

Whether the rules of registration (policy clause three) held at every moment of every open point, not only at its end.
It imports nothing of `services` or `shared`, so it shares none of their mistakes. `docs/howto/check-a-history.md`.
"""
