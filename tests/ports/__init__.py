"""One suite for each port of the kernel, over the stand-in in memory and over the real engine: the same answers.

What the simulation proves on the stand-ins is worth as much as this suite.
"""
