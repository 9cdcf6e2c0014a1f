"""Who may do what in feedback."""

from shared.security.permissions import district, own_units, public

OPINIONS_GIVE = public("opinions.give", "office", "unit_clerk")  # staff write down what somebody said
OPINION_READ = public("opinion.read", "office", "auditor", "unit_clerk", "unit_reviewer")  # or by claim code
OPINIONS_LIST = own_units("opinions.list", "office", "auditor", "unit_clerk", "unit_reviewer")
OPINIONS_ANSWER = own_units("opinions.answer_on_site", "office", "unit_clerk")
OPINIONS_ASSIGN = district("opinions.assign", "office")
ASSIGNMENTS_HANDLE = own_units("assignments.handle", "office", "unit_clerk")
REPLIES_REVIEW = own_units("replies.review", "office", "unit_reviewer")
REPLIES_PUBLISH = own_units("replies.publish", "office", "unit_clerk", "unit_reviewer")
REPLIES_RATE = public("replies.rate")
SUPERVISIONS_ISSUE = district("supervisions.issue", "office")
NIL_RETURNS_DECLARE = own_units("nil_returns.declare", "office", "unit_clerk")
REGISTER_READ = own_units("register.read", "office", "auditor", "unit_clerk", "unit_reviewer")
PUBLISHED_READ = public("published.read")
