"""Lists of people that staff upload.

`words` what may stand in the head, and for a category, yes and no · `reading` a CSV file as rows, each with what is
wrong in it.
"""
