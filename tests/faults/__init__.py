"""The fault lab: real processes, real engines, bounded load, faults injected and healed, then a ledger oracle.

`lab` engines, proxies and services of one trial · `load` real commands through HTTP, each written down before it is
sent · `oracle` the judge, a black box · `rows` the faults · `broken` builds that must be found out · `report` what a
run leaves behind. `python -m tests.faults --help`.
"""
