"""Re-computes a draw: python verify.py proof.json [the proof that you saved before the draw]. See README.md."""

import hashlib, json, pathlib, sys


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def check(what: str, holds: bool) -> None:
    print("OK   ", what) if holds else sys.exit(f"WRONG {what}")


proof, *saved = [json.loads(pathlib.Path(each).read_text("utf-8-sig")) for each in sys.argv[1:]] or sys.exit(__doc__)
fixed, seed, free = proof["commitment"], proof["seed"], dict(proof["quotas"])
listed = {name: proof[name] for name in ("algorithm", "applicants", "cap", "open_point_id", "quotas")}
listed = digest(json.dumps(listed, sort_keys=True, separators=(",", ":")))
check("规则版本可识别 This program knows the rule", proof["algorithm"] == "openday-draw-2")
check("名单、上限和名额与封存的一致 List, cap and quotas are as committed", listed == fixed["applicants_digest"])
check(f"封存值与另存的 {len(saved)} 份一致 Committed as saved before", all(one["commitment"] == fixed for one in saved))
check(f"种子 {seed or '未揭示'} 与封存的一致 The seed is as sealed", not seed or digest(seed) == fixed["seed_digest"])
of, away = {each["registration_id"]: each for each in proof["applicants"]}, set(proof["withdrawn"])
best = {
    one: min(digest(f"{seed}:{listed}:{one}:{n + 1}") for n in range(of[one]["weight"])) for one in of.keys() - away
}
confirmed, others, told = [], [], proof["result"] or {"confirmed": [], "waiting": []}
for each in sorted(best, key=best.get) if seed else []:
    wins = free[of[each]["category"]] > 0 and len(confirmed) < proof["cap"]
    free[of[each]["category"]] -= wins
    (confirmed if wins else others).append(each)
check(f"抽中的 {len(confirmed)} 人与重算的一致 Those drawn are the right ones", told["confirmed"] == confirmed)
check(
    f"候补的 {len(others[:500])} 人与重算的一致 Those waiting are the right ones, in order",
    told["waiting"] == others[:500],
)
