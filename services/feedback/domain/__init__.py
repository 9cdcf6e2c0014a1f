"""The rules of feedback. Pure: the standard library and shared.{aggregate, errors, ids, time} only."""
