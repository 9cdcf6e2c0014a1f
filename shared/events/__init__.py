"""THE contract package: what the services tell one another, and nothing else that they share.

`contract` what a contract is · `<owner>_v1` the contracts of each owner · `envelope` CloudEvents in Kafka headers
· `catalogue` every contract by its type.
"""
