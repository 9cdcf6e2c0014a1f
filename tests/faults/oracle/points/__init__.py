"""The ten points of the judgement, each a function of a `World` that notes violations in a `Verdict`."""
