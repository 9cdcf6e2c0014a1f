"""A whole district on one machine: set-up, supervision, addresses, and the words when something is missing.

`python -m deploy.local --help` lists the commands; the Makefile calls them.
"""
