"""Lists of people as files.

`tables` what a list says, as text, masked unless asked otherwise · `cells` what may stand in a cell ·
`csv_file`, `xlsx_file` a table in that form · `files` which of them, under which name.
"""
