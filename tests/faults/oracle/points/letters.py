"""8: what was set aside is exactly what was injected, with its bytes."""

from collections import Counter

from tests.faults.oracle.findings import Verdict
from tests.faults.oracle.world import World
from tests.outside.topics import Record

OURS = "openday_"  # begins the headers that a consumer adds


def exact(world: World, verdict: Verdict) -> None:
    """Per consumer: each injected poison once, nothing else, bytes and headers as they came."""
    by_place = {each.place: each for each in world.records}
    for consumer, letters in world.letters.items():
        mended = world.expected.mended.get(consumer, ())
        origins = Counter(each.header(f"{OURS}origin") for each in letters)
        for place in set(mended) - set(origins):
            verdict.violated(8, f"{consumer}: the event at {place} met damage and was not set aside")
        for place in mended:
            origins.pop(place, None)
        wanted = world.expected.origins.get(consumer)
        if wanted is not None:
            for place in sorted(set(wanted) ^ set(origins)):
                what = "was injected and not set aside" if place in wanted else "was set aside and not injected"
                verdict.violated(8, f"{consumer}: the event at {place} {what}")
        elif len(origins) != world.expected.dead_letters.get(consumer, 0):
            expected = world.expected.dead_letters.get(consumer, 0)
            reasons = Counter(each.header(f"{OURS}reason") for each in letters)
            verdict.violated(8, f"{consumer} set {len(origins)} events aside {dict(reasons)}, injected were {expected}")
        for place, times in origins.items():
            if times > 1 and not world.expected.letters_may_repeat:
                verdict.violated(8, f"{consumer} set the event at {place} aside {times} times")
        for each in letters:
            _as_it_came(consumer, each, by_place, verdict)
    verdict.counts["dead_letters"] = sum(map(len, world.letters.values()))


def _as_it_came(consumer: str, letter: Record, by_place: dict[str, Record], verdict: Verdict) -> None:
    place = letter.header(f"{OURS}origin")
    origin = by_place.get(place)
    kept = tuple(each for each in letter.headers if not each[0].startswith(OURS))
    if origin and (origin.key, origin.value, origin.headers) != (letter.key, letter.value, kept):
        verdict.violated(8, f"{consumer} kept the event at {place} with other bytes than it came with")
