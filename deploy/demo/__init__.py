"""The demonstration: Hedong District's season of 2021, played through the public interfaces as real people would.

`season` the whole of it, from start to judgement · `timeline` every step in the order of its time · `scenes` what
people do in a step · `stage` what the steps share · `people` who comes, made from a seed · `staff` who works
· `api` how they are heard · `clock` and `quiet` time, moved only when everything has settled · `outcome` what came of
it · `judge` what was expected · `tables` and `report` what is told. Knows no service from inside.
"""
