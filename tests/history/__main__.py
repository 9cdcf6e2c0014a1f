"""python -m tests.history --kafka host:port --api http://host:port: were the rules kept at every moment?

Exit code: 0 sound, 1 unsound, 2 not judged (could not be read, or there is nothing). `docs/howto/check-a-history.md`.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.history.check import PATIENCE, Unread, Where, check


def parser() -> argparse.ArgumentParser:
    """What may be asked."""
    words = argparse.ArgumentParser(
        prog="python -m tests.history", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    words.add_argument("--kafka", required=True, metavar="HOST:PORT", help="bootstrap address of the broker")
    words.add_argument("--api", required=True, metavar="URL", help="where /registration/v1 is found")
    words.add_argument("--prefix", default="openday", help="of the topics (%(default)s)")
    words.add_argument("--activity", metavar="ID", help="judge this activity alone")
    words.add_argument("--token-file", type=Path, metavar="FILE", help="a bearer token, where a gateway wants one")
    words.add_argument(
        "--kafka-config", type=Path, metavar="FILE", help="librdkafka properties, name=value (security.protocol=…)"
    )
    words.add_argument(
        "--patience", type=float, default=PATIENCE, metavar="S", help="seconds for what is on its way (%(default)s)"
    )
    words.add_argument("--json", action="store_true", help="the verdict for machines")
    return words


def properties(text: str) -> dict[str, str]:
    """`name=value` lines; blank ones and comments (#) are left out. Raises ValueError."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]
    if wrong := [line.partition("=")[0] for line in lines if "=" not in line]:
        raise ValueError(f"not name=value: {wrong[0]}")
    return {name.strip(): value.strip() for name, _, value in (line.partition("=") for line in lines)}


def main(words: Sequence[str] | None = None) -> int:
    """The exit code."""
    asked = parser().parse_args(words)
    try:
        where = Where(
            kafka=asked.kafka,
            api=asked.api,
            prefix=asked.prefix,
            activity=asked.activity,
            token=asked.token_file.read_text(encoding="utf-8").strip() if asked.token_file else None,
            options=properties(asked.kafka_config.read_text(encoding="utf-8")) if asked.kafka_config else {},
        )
        verdict = check(where, asked.patience)
    except (Unread, OSError, ValueError) as error:
        sys.stderr.write(f"COULD NOT READ: {error}\n")
        return 2
    sys.stdout.write(f"{verdict.as_json() if asked.json else verdict}\n")
    return verdict.exit_code


if __name__ == "__main__":
    sys.exit(main())
