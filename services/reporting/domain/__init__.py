"""The rules of reporting. Pure: the standard library and shared.{aggregate, errors, ids, time} only."""
