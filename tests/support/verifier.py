"""The published verifier of draws, as a stranger runs it: a program of its own that knows nothing of ours."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

PROGRAM = Path(__file__).resolve().parents[2] / "docs" / "draw" / "verify.py"


class Verdict(NamedTuple):
    """What it said, and whether it was content."""

    content: bool
    said: str


def verified(*proofs: Mapping[str, Any]) -> Verdict:
    """One proof, perhaps with what was saved of it before the draw."""
    with TemporaryDirectory() as folder:
        files = [Path(folder) / f"{number}.json" for number in range(len(proofs))]
        for file, proof in zip(files, proofs, strict=True):
            file.write_text(json.dumps(proof, ensure_ascii=False), encoding="utf-8")
        command = [sys.executable, "-I", str(PROGRAM), *map(str, files)]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=30, check=False)
    return Verdict(done.returncode == 0, done.stdout + done.stderr)
