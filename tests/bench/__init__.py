"""Speed as ratios, measured side by side in one run: ours beside a comparator without our house.

`python -m tests.bench` (or `make bench`) runs every measure; `python -m tests.bench k1 k2` some.
"""
