"""Feedback: what was said on an open day, and what became of it.

Facts out: `shared.events.feedback_v1` on `openday.feedback.events.v1`. Facts in: registration's activities.
Database: `openday_feedback` (register, opinion). Policy clause five (4): collect, assign, press, reply.
"""
