"""Scoring: what each unit's open days are worth, line by line, with the rule and the evidence behind every line.

Facts out: `shared.events.scoring_v1` on `openday.scoring.events.v1`. Facts in: registration (units, activities held),
feedback (overdue opinions), reporting (materials, publicity), and its own (claims and freezes, for a rebuild from
offset 0). Database: `openday_scoring` (unit, card, account, period). Policy clause six (3).
"""
