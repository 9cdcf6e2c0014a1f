"""The rules of registration. Pure: the standard library and shared.{aggregate, errors, ids, time} only."""
