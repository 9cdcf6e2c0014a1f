"""Lists of people as files.

`tables` what a list says, as text, masked unless asked otherwise · `cells` what may stand in a cell ·
`csv_file`, `xlsx_file`, `pdf_file` a table in that form · `badges_file` a card for each of its rows · `pdf_font` the
font of both · `files` which of them, under which name.
"""
