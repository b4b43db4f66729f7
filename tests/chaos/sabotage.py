"""`python -m tests.chaos.sabotage guard|fence|slot|approval FOLDER`: a copy with one safety taken out.

Chaos in such a copy must report what the safety prevents; else it would prove nothing.
"""

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LEFT_BEHIND = shutil.ignore_patterns(".git", ".venv", "node_modules", ".*_cache", "__pycache__")

Replacement = tuple[str, str, str]
"""A file, what stands there, and what is put in its place."""

SABOTAGES: dict[str, tuple[Replacement, ...]] = {
    "guard": (
        (
            "app/lifecycle/deployment/phases/trigger_guard/ambiguous_trigger.py",
            "return now.waited.get(Effect.TRIGGER, 0.0) >= limits.lease",
            "return True",
        ),
    ),
    "fence": (
        (
            "app/store/dynamodb/records.py",
            '    update.where("version", before.version)\n    update.where("holder", before.holder)\n',
            "",
        ),
        (
            "app/store/dynamodb/records.py",
            '    update.where("version", before.version)\n    update.set("version"',
            '    update.set("version"',
        ),
    ),
    "slot": (
        (
            "app/store/sqlite/store.py",
            (
                "        return await self._writer.write("
                "lambda db: records.save(db, BUILDS, before, after, slot))\n"
            ),
            (
                "        if slot is not None:\n"
                "            await self._writer.write(lambda db: records.change_slot(db, slot))\n"
                "        return await self._writer.write("
                "lambda db: records.save(db, BUILDS, before, after, None))\n"
            ),
        ),
        (
            "app/store/sqlite/records.py",
            "if slot(connection, before.repository_id, before.name).version != before.version:",
            "if not before.name:",
        ),
    ),
    "approval": (
        (
            "app/lifecycle/planning/gates/approvals.py",
            "if len(given) >= count:",
            "if len(given) >= count - 1:",
        ),
    ),
}
"""The guard's wait; the holder's version in every write; the slot in the intent's transaction; an approval."""


def main(name: str, folder: str) -> None:
    """Make the copy; `SystemExit` where the code is no longer as it is known here."""
    target = Path(folder)
    shutil.copytree(ROOT, target, ignore=LEFT_BEHIND)
    for file, here, instead in SABOTAGES[name]:
        text = (target / file).read_text(encoding="utf-8")
        if text.count(here) != 1:
            raise SystemExit(f"{file} does not have once: {here}")
        (target / file).write_text(text.replace(here, instead), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
