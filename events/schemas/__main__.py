"""``python -m events.schemas``: write what is generated. With ``--check``, only say whether it is up to date."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from events.schemas import reference
from events.schemas.asyncapi import document
from events.schemas.shapes import alert_schemas, door_schemas, finding_schemas, log_schemas, matter_schemas

REPOSITORY = Path(__file__).parents[2]
GENERATED = Path(__file__).parent / "generated"
REFERENCE = REPOSITORY / "docs" / "events.md"


def wanted() -> dict[Path, str]:
    """Every generated file and its text."""
    import yaml  # noqa: PLC0415  a tool of development: the schemas themselves need it not

    files = {
        GENERATED / form / f"{name}.json": json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
        for form, schemas in (("door", door_schemas()), ("log", log_schemas()), ("findings", finding_schemas()),
                              ("matters", matter_schemas()), ("alerts", alert_schemas()))
        for name, schema in schemas.items()
    }
    files[GENERATED / "asyncapi.yaml"] = yaml.safe_dump(document(), allow_unicode=True, sort_keys=False, width=120)
    examples = reference.examples_of(REPOSITORY / "tests" / "golden")
    files[REFERENCE] = reference.splice(REFERENCE.read_text(encoding="utf-8"), reference.sections(examples))
    return files


def stale(files: dict[Path, str]) -> list[Path]:
    """What is not as it should be: other text, missing, or there without a reason."""
    left_over = {file for file in GENERATED.rglob("*") if file.is_file()} - set(files)
    other = {file for file, text in files.items() if not file.exists() or file.read_text(encoding="utf-8") != text}
    return sorted(left_over | other)


def main() -> int:
    files = wanted()
    changed = stale(files)
    told = "".join(f"{file.relative_to(REPOSITORY)}\n" for file in changed)
    if "--check" in sys.argv[1:]:
        sys.stdout.write(told)
        return 1 if changed else 0
    for file in changed:
        if file in files:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(files[file], encoding="utf-8")
        else:
            file.unlink()
    sys.stdout.write(told or "all generated files are up to date\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
