"""Who may do what in registration."""

from shared.security.permissions import district, own_units, public

UNITS_WRITE = district("units.write", "administrator")
UNITS_READ = public("units.read")

PROGRAMMES_WRITE = district("programmes.write", "office")
PROGRAMMES_READ = own_units(
    "programmes.read", "administrator", "office", "assessor", "unit_clerk", "unit_reviewer", "auditor"
)

PLANS_WRITE = own_units("plans.write", "unit_clerk", "office")
PLANS_READ = own_units("plans.read", "unit_clerk", "unit_reviewer", "office", "assessor", "auditor")
PLANS_GUIDE = own_units("plans.guide", "unit_clerk", "unit_reviewer")
PLANS_DECIDE = district("plans.decide", "office")

ACTIVITIES_WRITE = own_units("activities.write", "unit_clerk", "office")
ACTIVITIES_READ = public("activities.read")

REGISTER = public("registrations.create", "unit_clerk", "office")
LIST_UPLOAD = own_units("lists.upload", "unit_clerk", "office")
REGISTRATION_READ = public("registrations.read", "unit_clerk", "unit_reviewer", "office", "auditor")
REGISTRATION_CANCEL = public("registrations.cancel", "unit_clerk", "office")
OFFER_ANSWER = public("offers.answer", "unit_clerk", "office")
TICKET_READ = public("tickets.read", "unit_clerk", "office")
TICKET_REISSUE = public("tickets.reissue", "unit_clerk", "office")
ROSTER_READ = own_units("rosters.read", "unit_clerk", "unit_reviewer", "office", "auditor")
ROSTER_WRITE = own_units("rosters.write", "unit_clerk", "office")
LIST_EXPORT = own_units("lists.export", "unit_clerk", "unit_reviewer", "office")
LIST_EXPORT_UNMASKED = own_units("lists.export_unmasked", "unit_clerk", "office")
AUDIT_READ = district("audit.read", "auditor")
PERSONAL_DATA_READ = public("personal_data.read")
PERSONAL_DATA_ERASE = public("personal_data.erase", "unit_clerk", "office")
RETENTION_PERIODS = public("retention.periods")
RETENTION_READ = district("retention.read", "office", "auditor")
LEGAL_HOLDS_WRITE = district("legal_holds.write", "office")
NOTICES_READ = own_units("notices.read", "unit_clerk", "unit_reviewer", "office", "auditor")
NOTICE_RECEIPTS = public("notices.receipts")
NOTICES_SEND = own_units("notices.send", "unit_clerk", "office")
ROSTER_WAIVE = district("rosters.waive", "office")
