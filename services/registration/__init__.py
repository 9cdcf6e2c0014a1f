"""Registration: who opens, when, and who comes.

Facts out: `shared.events.registration_v1` on `openday.registration.events.v1`. Facts in: none.
Database: `openday_registration` (unit, programme, plan, plan_version, plan_comments, activity, roster, sheet, turns,
reconfirmation, retention, vault, scan, export, erasure, mailbox, reminders, audit).
Policy clauses two to six.
"""
