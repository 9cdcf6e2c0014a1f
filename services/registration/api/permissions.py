"""Who may do what in registration."""

from shared.security.permissions import district, public

UNITS_WRITE = district("units.write", "administrator")
UNITS_READ = public("units.read")
