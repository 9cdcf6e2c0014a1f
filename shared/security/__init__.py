"""Who asks, what they may do, and what must not be readable.

`permissions` roles × actions · `tokens` bearer tokens verified · `issuer` tokens for development · `secrets` keys made
at set-up · `vault` field encryption and blind index · `key_file` its keys, changed while services run · `attempts` how
often somebody may try · `claims` before every claim code · `masking` what is shown of a person.
"""
