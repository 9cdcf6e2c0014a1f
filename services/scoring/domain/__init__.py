"""The rules of scoring. Pure: the standard library and shared.{aggregate, errors, ids, time} only.

`facts` what is known of activities · `card` one activity, folded · `roll` the units · `rulebook` the numbers
· `record` a unit's year as the rules see it · `indicators`, `faults`, `bonuses` the rules · `evaluation` all of them
· `ledger` lines and entries · `account` a unit's year · `period` the year itself · `wording` why, in words.
"""
