#!/usr/bin/env python3
"""Does a reading of 0.3 come true three times in ten?   training/reliability.py TONE PREDICTIONS

Prints, for each tenth of the scale, how many texts got such a reading, its mean, and the share that people rated so:
`risk` against “impolite” (the lowest quarter) in politeness_se, `upset` against “negative” in sentiment_so. TONE is the
folder of the rated sets; PREDICTIONS is what `training/run TONE --predictions PREDICTIONS` wrote, so that no text is judged
by weights that have seen its group. Standard library only; no text is printed.
"""
import json, pathlib, sys

SETS = [("politeness_se", "risk", "impolite"), ("sentiment_so", "upset", "negative")]


def labels(path):
    head, *lines = path.read_text(encoding="utf-8").split("\n")
    names = head.split("\t")
    rows = (dict(zip(names, line.split("\t"))) for line in lines if line)
    return {row["id"]: row["label"] for row in rows}


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    tone, predictions = map(pathlib.Path, sys.argv[1:])
    for name, field, bad in SETS:
        label = labels(tone / f"{name}.dev.tsv")
        told = [json.loads(line) for line in (predictions / f"{name}.jsonl").read_text().splitlines()]
        tenths = [[] for _ in range(10)]
        for answer in told:
            tenths[min(9, int(answer[field] * 10))].append((answer[field], label[answer["id"]] == bad))
        print(f"\n| `{field}`, {name} | texts | mean reading | rated {bad} |\n| --- | ---: | ---: | ---: |")
        off = 0.0
        for at, part in enumerate(tenths):
            if part:
                mean = sum(x for x, _ in part) / len(part)
                share = sum(y for _, y in part) / len(part)
                off += abs(mean - share) * len(part)
                print(f"| {at / 10:.1f}–{(at + 1) / 10:.1f} | {len(part)} | {mean:.2f} | {share:.2f} |")
        print(f"\nOff by {off / len(told):.3f} on average.")


if __name__ == "__main__":
    main()
