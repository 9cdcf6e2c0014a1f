"""The outcome for people: tables with Chinese and English headers, plain where there is no terminal.

`activities` seats, opinions, filings · `scores` scorecards with their lines · `traffic` events and attempts
· `printed` all of them, and the verdict · `words` how values are written.
"""
