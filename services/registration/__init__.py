"""Registration: who opens, when, and who comes.

Facts out: `shared.events.registration_v1` on `openday.registration.events.v1`. Facts in: none.
<<<<<<< HEAD
Database: `openday_registration` (unit, programme, plan, plan_version, plan_comments, activity, roster, reconfirmation,
retention, vault, scan, export, erasure, mailbox, audit).
=======
Database: `openday_registration` (unit, programme, plan, plan_version, plan_comments, activity, roster, sheet, turns,
reconfirmation, retention, vault, scan, export, mailbox, reminders).
>>>>>>> b5e2c3b (Turns are taken: who came lately, or stayed away, draws fewer lots)
Policy clauses two to six.
"""
