"""The event stream as an outsider reads it: librdkafka, envelopes read by hand, nothing of `services` or `shared`.

Shared by those who judge a district from outside: the fault oracle and the history checker.
"""
