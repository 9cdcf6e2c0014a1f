"""What an operator does with events that were set aside or that wait: list, show, put back, skip.

`python -m shared.operator <service> dead-letters list`, with the `OPENDAY_MONGO__…` and `OPENDAY_KAFKA__…` variables
of that service. `desk` the acts · `words` what is shown · `__main__` the command line.
"""
