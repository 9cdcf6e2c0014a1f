"""Who may do what in reporting."""

from shared.security.permissions import district, own_units, public

MATERIALS_READ = own_units("materials.read", "unit_clerk", "unit_reviewer", "office", "assessor", "auditor")
MATERIALS_WRITE = own_units("materials.write", "unit_clerk", "unit_reviewer", "office")
MATERIALS_SUBMIT = own_units("materials.submit", "unit_clerk", "unit_reviewer", "office")
MATERIALS_JUDGE = district("materials.judge", "office")
PUBLICITY_WRITE = own_units("publicity.write", "unit_clerk", "unit_reviewer", "office")
PUBLICITY_READ = public("publicity.read")
STATISTICS_READ = district("statistics.read", "office", "assessor", "auditor")
