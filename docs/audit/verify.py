"""Verify an audit log: python verify.py audit.ndjson [N:DIGEST ...] - standard library only.

Every line of the file is {"n", "said", "digest"}. The digest of an entry is SHA-256 over the digest before it, its
number and its text, each on a line of its own. N:DIGEST is an entry that somebody wrote down earlier (the service logs
every one as `audit_entry`): it has to stand there still, so that an end that was cut off is noticed.
"""

import hashlib, json, sys


def verify(lines, anchors=()):
    """What is wrong, in words; and the end of the chain as N:DIGEST."""
    wrong, known, before, n = [], {}, "", 0
    for line in lines:
        entry = json.loads(line)
        if entry["n"] != n + 1:
            wrong.append(f"after entry {n} comes {entry['n']}")
        n = entry["n"]
        digest = hashlib.sha256(f"{before}\n{n}\n{entry['said']}".encode()).hexdigest()
        if digest != entry["digest"]:
            wrong.append(f"entry {n} does not follow from the one before it, or was changed")
        before = known[n] = entry["digest"]
    for anchor in anchors:
        number, _, digest = anchor.partition(":")
        if known.get(int(number)) != digest:
            wrong.append(f"entry {number} is not there as it was written down: cut off, or written anew")
    return wrong, f"{n}:{before}"


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        wrong, end = verify(file, sys.argv[2:])
    print("\n".join(wrong) or f"whole; it ends with {end}")
    sys.exit(bool(wrong))
