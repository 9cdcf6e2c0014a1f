"""What people do: a scene for each kind of work, made from one activity's data.

`units` · `plans` plan and announcement · `sign_up` registrations, waiting list, draw, lock · `visit` the door, the end
of the activity · `opinions` · `materials` filing and publicity · `bonuses` claims and the close of the year
· `forbidden_before`, `forbidden_after` what is tried and must be refused · `access` what several of them look up.
"""
