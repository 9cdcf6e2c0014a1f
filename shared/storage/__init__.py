"""Keeping aggregates: one document each, state and outbox written together, published by the relay.

`ports` what is asked of a database · `mongo` the only user of motor · `document` the shape of a document
· `lane` one writer per aggregate · `aggregates` the store that services use · `relay` outbox to broker
· `timers` what has come due · `inbox` what a consumer has applied · `audit_log` who did and saw what, in one chain.
"""
