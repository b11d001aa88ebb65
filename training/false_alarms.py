#!/usr/bin/env python3
"""How often do findings fall on polite texts?

    python3 training/false_alarms.py TONE_DIR target/release/bedside [--config FILE] [--out docs/false-alarms.md]

Reads `politeness_se.dev.tsv` of TONE_DIR (texts that people rated for politeness), reviews every text as a chat message,
and prints a Markdown page: how many texts of the polite quarter, the middle half and the impolite quarter draw a finding
of each severity, beside the limits, and the same for every rule. What is missing is no finding. `--out` writes the page
to a file too; `--config` reviews with another configuration, a pack laid over the built-in one for instance. No text of
the set is ever printed. Exit status 1 when a limit is broken, 2 when something could not be read.
Standard library only.
"""

import argparse
import json
import pathlib
import subprocess
import sys
from collections import Counter

SET = "politeness_se.dev.tsv"
PARTS = ("polite quarter", "middle half", "impolite quarter")
POLITE, MIDDLE, IMPOLITE = range(3)
SEVERITIES = ("high", "medium", "low")
MOST = {"high": 0.01, "medium": 0.06}  # share of the polite quarter and of the middle half that may draw one
TIMES = 2.0  # the impolite quarter draws at least this many times the share of the two others together
FEW = 10  # texts; a rule that touches fewer says little about itself


def unescape(field):
    return field.replace("\\\\", "\0").replace("\\n", "\n").replace("\\t", "\t").replace("\0", "\\")


def texts(path):
    """The texts of the set, politest first."""
    lines = path.read_text(encoding="utf-8").split("\n")
    head = lines[0].split("\t")
    rows = [dict(zip(head, line.split("\t"))) for line in lines[1:] if line]
    rows.sort(key=lambda row: (-float(row["score"]), row["id"]))
    return [unescape(row["text"]) for row in rows]


def parts(count):
    """Which part each of `count` texts, politest first, belongs to."""
    quarter = count // 4
    return [POLITE] * quarter + [MIDDLE] * (count - 2 * quarter) + [IMPOLITE] * quarter


def reviewed(binary, config, drafts):
    """For each draft, its findings as (rule, severity)."""
    lines = (json.dumps({"id": str(n), "draft": d, "answers": None, "medium": "chat"}) for n, d in enumerate(drafts))
    command = [binary, "review", "--format", "jsonl", "--fail-on", "never"] + (["--config", config] if config else [])
    run = subprocess.run(command, input="\n".join(lines) + "\n", capture_output=True, text=True, check=False)
    if run.returncode:
        fail(f"{binary} review failed with status {run.returncode}: {run.stderr.strip()[-600:]}")
    answers = [json.loads(line) for line in run.stdout.splitlines() if line.strip()]
    if [a["id"] for a in answers] != [str(n) for n in range(len(drafts))]:
        fail(f"{binary} review answered {len(answers)} of {len(drafts)} drafts, or out of order")
    return [{(f["rule"], f["severity"]) for f in a["findings"]} for a in answers]


def times(part, rest):
    """How many times the second share the first one is; "only" where there is no second."""
    return f"{part / rest:.1f}×" if rest else "only" if part else "–"


def page(found, part_of):
    """The Markdown page, and whether every limit holds."""
    size = Counter(part_of)
    rest = size[POLITE] + size[MIDDLE]
    touched, rules, severity_of = Counter(), Counter(), {}
    for part, findings in zip(part_of, found):
        for severity in {severity for _, severity in findings}:
            touched[severity, part] += 1
        touched["any", part] += bool(findings)
        for rule, severity in findings:
            severity_of[rule] = severity
        for rule in {rule for rule, _ in findings}:
            rules[rule, part] += 1

    def cell(counted, key, part):
        return f"{counted[key, part]} ({counted[key, part] / size[part]:.1%})"

    def shares(counted, key):
        return counted[key, IMPOLITE] / size[IMPOLITE], (counted[key, POLITE] + counted[key, MIDDLE]) / rest

    out = [
        "# False alarms",
        "",
        "What the findings of a review fall on: texts that people rated for politeness, from the polite quarter to the",
        f"impolite one ({len(found):,} requests on question-and-answer sites, `{SET}`; Danescu-Niculescu-Mizil et al. 2013,",
        "CC BY 4.0). A text counts once for each severity that it draws; what is missing from it is no finding. Written by",
        "",
        "    python3 training/false_alarms.py TONE_DIR target/release/bedside --out docs/false-alarms.md",
        "",
        "which ends with status 1 when a limit is broken. “Times” is the share of the impolite quarter over the share of",
        "the two other parts together.",
        "",
        "| texts that draw | " + " | ".join(f"{PARTS[p]} ({size[p]:,})" for p in range(3)) + " | times | limits |",
        "| --- | ---: | ---: | ---: | ---: | --- |",
    ]
    holds = True
    for severity in (*SEVERITIES, "any"):
        rude, polite = shares(touched, severity)
        limits = []
        if severity in MOST:
            most = MOST[severity]
            for name, part in (("polite", POLITE), ("middle", MIDDLE)):
                limits.append((f"{name} ≤ {most:.0%}", touched[severity, part] <= most * size[part]))
            limits.append((f"times ≥ {TIMES:g}", rude >= TIMES * polite and rude > 0))
        holds &= all(kept for _, kept in limits)
        told = ", ".join(f"{name}: {'holds' if kept else '**broken**'}" for name, kept in limits) or "–"
        name = "any finding" if severity == "any" else f"a {severity} one"
        cells = " | ".join(cell(touched, severity, p) for p in range(3))
        out.append(f"| {name} | {cells} | {times(rude, polite)} | {told} |")

    total = {rule: sum(rules[rule, p] for p in range(3)) for rule in severity_of}
    even = sorted(
        (rule, severity_of[rule])
        for rule in severity_of
        if total[rule] >= FEW and shares(rules, rule)[0] < TIMES * shares(rules, rule)[1]
    )
    serious = [f"`{rule}`" for rule, severity in even if severity != "low"]
    mild = [f"`{rule}`" for rule, severity in even if severity == "low"]
    out += [
        "",
        "## Rule by rule",
        "",
        f"{len(total)} rules touch a text. A rule that touches at least {FEW} should fall at least {TIMES:g} times as often on "
        "the impolite quarter.",
        f"High and medium ones that do not: {', '.join(serious) or 'none'}. Low ones: {', '.join(mild) or 'none'}",
        "(the rules of `jargon` ask whether a reader can follow, which a rating of politeness does not tell).",
        "",
        "| rule | severity | texts | " + " | ".join(PARTS) + " | times |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for rule in sorted(severity_of, key=lambda rule: (-total[rule], rule)):
        cells = " | ".join(cell(rules, rule, p) for p in range(3))
        out.append(f"| `{rule}` | {severity_of[rule]} | {total[rule]} | {cells} | {times(*shares(rules, rule))} |")
    return "\n".join(out) + "\n", holds


def fail(why):
    print(f"false_alarms: {why}", file=sys.stderr)
    sys.exit(2)


def main():
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("tone", metavar="TONE_DIR", type=pathlib.Path)
    cli.add_argument("binary")
    cli.add_argument("--config")
    cli.add_argument("--out", type=pathlib.Path)
    args = cli.parse_args()
    try:
        drafts = texts(args.tone / SET)
        written, holds = page(reviewed(args.binary, args.config, drafts), parts(len(drafts)))
        if args.out:
            args.out.write_text(written, encoding="utf-8")
    except OSError as why:
        fail(why)
    print(written, end="")
    sys.exit(0 if holds else 1)


if __name__ == "__main__":
    main()
