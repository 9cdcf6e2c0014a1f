"""Every series, once: name, kind, help, labels from closed sets. No label ever holds an activity, a person or a path.

Base units (seconds, bytes, counts); prefix `openday_`. `town` stands on business counters only.
"""

from dataclasses import dataclass
from typing import Literal

FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


@dataclass(frozen=True)
class Series:
    """One declaration."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = FAST


CATALOGUE: tuple[Series, ...] = (
    Series(
        "openday_http_requests_total",
        "counter",
        "Requests answered, by operation of the OpenAPI document and status code.",
        ("operation", "status"),
    ),
    Series(
        "openday_http_request_duration_seconds",
        "histogram",
        "Time from the first byte of a request to the end of its answer.",
        ("operation",),
    ),
    Series("openday_http_requests_in_progress", "gauge", "Requests being answered now."),
    Series(
        "openday_commands_total",
        "counter",
        "Commands by outcome: done, refused (the code says why) or failed.",
        ("command", "outcome", "code"),
    ),
    Series("openday_command_duration_seconds", "histogram", "Time to decide and store a command.", ("command",)),
    Series("openday_lost_races_total", "counter", "Compare-and-set writes that another writer won.", ("store",)),
    Series("openday_outbox_depth", "gauge", "Facts stored and not yet acknowledged by the broker."),
    Series("openday_outbox_oldest_seconds", "gauge", "Age of the oldest fact not yet acknowledged by the broker."),
    Series("openday_published_total", "counter", "Facts acknowledged by the broker.", ("type",)),
    Series("openday_publish_failures_total", "counter", "Attempts to publish that failed and will be repeated."),
    Series("openday_follow_failures_total", "counter", "Facts on which the service itself could not act; done with."),
    Series("openday_producer_rebuilds_total", "counter", "Producers replaced after a fatal error."),
    Series("openday_consumed_total", "counter", "Events applied or knowingly passed over.", ("topic", "outcome")),
    Series("openday_duplicates_total", "counter", "Events received again and dropped.", ("topic",)),
    Series("openday_parked_events", "gauge", "Events that wait for an earlier one of their aggregate."),
    Series("openday_dead_letters_total", "counter", "Events set aside as unreadable, by reason.", ("topic", "reason")),
    Series(
        "openday_consumer_lag", "gauge", "Events between the last one handled and the end of the topic.", ("topic",)
    ),
    Series("openday_consumer_retries_total", "counter", "Pauses of a partition because a dependency was away."),
    Series(
        "openday_consumer_halted",
        "gauge",
        "1 while the consumer waits for an operator: too many dead letters in a row.",
    ),
    Series(
        "openday_consumer_stalled_seconds",
        "gauge",
        "Seconds without a poll or a handled event, or with events waiting and none arriving.",
    ),
    Series("openday_timers_rung_total", "counter", "Timers that came due and were applied.", ("store",)),
    Series("openday_timers_failed_total", "counter", "Timers whose effect failed; the next sweep repeats.", ("store",)),
    Series("openday_database_away_seconds", "gauge", "How long the database has not answered; 0 while it does."),
    Series("openday_loop_delay_seconds", "gauge", "How late the event loop ran its last heartbeat."),
    Series("openday_ready", "gauge", "1 when this process takes traffic."),
    Series(
        "openday_registrations_total",
        "counter",
        "Registrations by category and outcome.",
        ("town", "category", "outcome"),
    ),
    Series(
        "openday_attempts_refused_total",
        "counter",
        "Requests refused because somebody tried too often, by the limit that they met.",
        ("limit",),
    ),
    Series("openday_check_ins_total", "counter", "Representatives checked in at a door.", ("town", "category")),
    Series("openday_scans_total", "counter", "Scans at doors by what they meant when they came.", ("town", "result")),
    Series("openday_exports_total", "counter", "Lists of people taken out as files.", ("kind", "masked")),
    Series(
        "openday_erased_total",
        "counter",
        "Contacts or parts of them, and lines of logs, that were erased, by group of fields and cause.",
        ("group", "cause"),
    ),
    Series(
        "openday_notices_total",
        "counter",
        "Notices to representatives by what became of them: queued, sent, delivered, failed, withdrawn, read, too_old.",
        ("kind", "channel", "state"),
    ),
    Series("openday_notices_waiting", "gauge", "Notices that are due and wait for their turn.", ("channel",)),
    Series(
        "openday_notices_postponed_total", "counter", "Attempts to send a notice that are to be repeated.", ("channel",)
    ),
    Series("openday_activities_total", "counter", "Activities by what happened to them.", ("town", "outcome")),
    Series("openday_opinions_total", "counter", "Opinions by what happened to them.", ("town", "outcome")),
    Series("openday_filings_total", "counter", "Material sets by outcome.", ("outcome",)),
    Series("openday_score_entries_total", "counter", "Ledger lines entered or reversed, by rule.", ("rule", "outcome")),
    Series("openday_score_thousandths", "gauge", "Standing total of a unit in the open period.", ("unit",)),
)
