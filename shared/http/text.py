"""Free text from people: what cannot be seen and may mislead is taken out, here for every service.

A NUL breaks files and databases, a right-to-left override makes a line say the opposite of what is stored, a mark
without width makes two names look alike. They are taken out and not refused: who pasted one does not know of it.
Joiners stay, because scripts and emoji need them.
"""

import re
from typing import Any

from pydantic import BeforeValidator

_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"  # controls
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks, embeddings, overrides and isolates of direction
    "\u00ad\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb"  # without width or meaning of their own
    "\U000e0000-\U000e007f]"  # tags, in which a second text can be hidden
)


def several_lines(value: Any) -> Any:
    """Text with line breaks, each as `\\n`; what is no text is left to the shape to refuse."""
    return _UNSEEN.sub("", _BREAKS.sub("\n", value)) if isinstance(value, str) else value


def one_line(value: Any) -> Any:
    """A name or a title: breaks and tabs are blanks."""
    return re.sub("[\n\t]+", " ", several_lines(value)) if isinstance(value, str) else value


LINES = BeforeValidator(several_lines)
"""`Annotated[str, StringConstraints(…), LINES]`: behind the bounds in writing, before them in effect."""

LINE = BeforeValidator(one_line)
