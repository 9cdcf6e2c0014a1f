"""Who may do what in scoring."""

from shared.security.permissions import ROLES, district, own_units, public

RULEBOOKS_READ = public("rulebooks.read")
PERIODS_READ = public("periods.read")
PERIODS_FREEZE = district("periods.freeze", "assessor")
SCORECARDS_READ = own_units("scorecards.read", *ROLES)
SCORECARDS_LIST = district("scorecards.list", "office", "assessor", "auditor")
CLAIMS_READ = own_units("bonus_claims.read", *ROLES)
CLAIMS_LIST = district("bonus_claims.list", "office", "assessor", "auditor")
CLAIMS_LODGE = own_units("bonus_claims.lodge", "unit_clerk")
CLAIMS_DECIDE = district("bonus_claims.decide", "assessor")
