"""Activities in people's own calendars (iCalendar, RFC 5545).

`entries` what an activity says there, in plain words and times · `writing` entries as text/calendar.
"""
