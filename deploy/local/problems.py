"""The one error of this package, and the sentence that a missing set-up gets. Standard library only."""


class LocalProblem(Exception):
    """What is wrong, where, and what to do about it, in sentences."""


NOT_SET_UP = "The dependencies are not installed in this checkout. Run: make setup."
