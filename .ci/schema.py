"""Asks a validator that is not weld's own what the JSON Schema of manifests accepts.

Every manifest of the examples conforms to it; of the broken ones in `tests/errors`, those whose
mistake is one of keys, kinds of values or names do not.
"""

import pathlib
import sys
import tomllib
import json

import jsonschema

BROKEN = {
    "manifest_of_nothing",
    "manifest_that_is_empty",
    "manifest_with_a_misspelt_setting",
    "manifest_with_digests_that_are_none",
    "manifest_with_names_that_components_cannot_have",
    "manifest_with_unknown_keys",
    "manifest_with_values_of_another_kind",
    "manifest_without_a_composition",
    "manifest_without_components",
}

root = pathlib.Path(__file__).resolve().parent.parent
schema = json.loads((root / "docs/weld.schema.json").read_text())
jsonschema.Draft7Validator.check_schema(schema)
validator = jsonschema.Draft7Validator(schema)
wrong, accepted, seen = [], 0, set()
manifests = [*root.glob("examples/**/weld.toml"), *root.glob("tests/errors/manifest_*/weld.toml")]
for file in sorted(manifests):
    case = file.parent.name
    if file.is_symlink():
        continue
    try:
        manifest = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        continue
    conforms = validator.is_valid(manifest)
    accepted += conforms
    seen.add(case)
    if conforms == (case in BROKEN):
        reason = next((error.message for error in validator.iter_errors(manifest)), "it is accepted")
        wrong.append(f"{file.relative_to(root)}: {reason}")
for case in sorted(BROKEN - seen):
    wrong.append(f"tests/errors/{case}: is not there")
print(f"{accepted} manifests conform to the schema, {len(seen) - accepted} do not")
if wrong:
    sys.exit("\n".join(wrong))
