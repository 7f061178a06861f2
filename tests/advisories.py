"""Ask pip-audit for known weaknesses of what is installed, and count what it could not audit.

    python -m tests.advisories            (or `make audit-dependencies`)

Ends with 1 if there is an advisory, or if nothing could be audited; with `--all`, also if a package
was not audited.
"""

import json
import subprocess
import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Findings:
    """What pip-audit said: advisories, packages it looked up, packages it skipped and why."""

    advisories: tuple[str, ...]
    audited: int
    skipped: dict[str, str]

    def lines(self) -> list[str]:
        told = [f"advisory: {text}" for text in self.advisories]
        told.append(
            f"pip-audit: {self.audited} packages audited, {len(self.advisories)} advisories, "
            f"{len(self.skipped)} not audited"
        )
        why: dict[str, list[str]] = {}
        for name in sorted(self.skipped):
            why.setdefault(self.skipped[name].partition(":")[0], []).append(name)
        return told + [f"not audited: {', '.join(names)} ({text})" for text, names in why.items()]


def findings(text: str) -> Findings:
    """Read pip-audit's JSON."""
    advisories, audited, skipped = [], 0, {}
    for one in json.loads(text)["dependencies"]:
        if "skip_reason" in one:
            skipped[one["name"]] = one["skip_reason"]
            continue
        audited += 1
        advisories += [
            f"{one['name']} {one['version']}: {v['id']}, mended in {', '.join(v['fix_versions'])}"
            for v in one["vulns"]
        ]
    return Findings(tuple(advisories), audited, skipped)


def ask() -> Findings:
    """Run pip-audit on this environment."""
    ended = subprocess.run(
        [sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off",
         "--skip-editable"],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    if not ended.stdout.strip():
        raise RuntimeError(f"pip-audit: {ended.stderr.strip()[-500:]}")
    return findings(ended.stdout)


def main() -> None:
    found = ask()
    sys.stdout.write("\n".join(found.lines()) + "\n")
    strict = "--all" in sys.argv[1:] and bool(found.skipped)
    sys.exit(1 if found.advisories or strict or not found.audited else 0)


if __name__ == "__main__":
    main()
