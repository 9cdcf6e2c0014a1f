"""The outcome for machines: one JSON document."""

import json
from dataclasses import asdict
from typing import Any

from deploy.demo.season import Run
from deploy.local.instance import Instance


def as_json(run: Run, instance: Instance, seconds: float) -> str:
    """Everything that the tables show, and the scorecards with every line."""
    where = instance.addresses
    document: dict[str, Any] = {
        "as_expected": not run.mismatches,
        "mismatches": [asdict(each) for each in run.mismatches],
        "attempts": [asdict(each) | {"as_expected": each.as_expected} for each in run.stage.attempts],
        **run.outcome.model_dump(mode="json"),
        "traffic": run.traffic.model_dump(mode="json"),
        "played": {
            "steps": run.steps,
            "clock_stops": run.stops,
            "retries": run.stage.api.retries,
            "season_seconds": round(run.seconds, 1),
            "total_seconds": round(seconds, 1),
        },
        "addresses": {"services": dict(where.services), "kafka": where.kafka, "topic_prefix": where.topic_prefix},
    }
    return json.dumps(document, ensure_ascii=False, indent=1)
