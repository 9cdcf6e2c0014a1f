"""Speed as ratios, measured side by side in one run: ours beside a comparator without our house.

`python -m tests.bench` (or `make bench`) runs every measure and writes `docs/reports/bench.md`; `python -m tests.bench
k1 k2` runs some and prints them. `measures` one module for each · `stage` engines and services · `bare` the comparator.
"""
