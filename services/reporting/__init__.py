"""Reporting: what was filed and shown after an open day, and by when.

Facts out: `shared.events.reporting_v1` on `openday.reporting.events.v1`. Facts in: registration (announced,
rescheduled, cancelled, held), feedback (opinion received, nil return). Database: `openday_reporting` (dossier); files
in `OPENDAY_STORE_DIR`. Policy clause six (2).
"""
