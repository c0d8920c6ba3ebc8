"""Asks a validator that is not weld's own what the JSON Schemas of manifests, policies and inspections accept.

Every manifest of the examples conforms to its schema; of the broken ones in `tests/errors`, those whose
mistake is one of keys, kinds of values or names do not. So do policies, and the one of the guide.
"""

import os
import pathlib
import subprocess
import sys
import tomllib
import json

import jsonschema

BROKEN = {
    "manifest_that_is_blank",
    "manifest_that_is_empty",
    "manifest_with_a_misspelt_setting",
    "manifest_with_a_wire_that_is_a_table",
    "manifest_with_invalid_digests",
    "manifest_with_grants_of_another_notation",
    "manifest_with_mounts_and_values_of_another_notation",
    "manifest_with_invalid_component_names",
    "manifest_with_quotes_around_a_whole_key",
    "manifest_with_unknown_keys",
    "manifest_with_values_of_another_kind",
    "manifest_without_a_composition",
    "manifest_without_components",
    "policy_without_a_list_of_rules",
    "policy_with_grants_outside_of_rules",
    "policy_with_malformed_patterns",
    "policy_with_patterns_that_match_nothing",
    "policy_with_unknown_keys_and_values_of_another_kind",
    "manifest_with_an_invalid_policy/policy",
}

root = pathlib.Path(__file__).resolve().parent.parent


def read_schema(name):
    schema = json.loads((root / "docs" / name).read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


manifests, policies = read_schema("weld.schema.json"), read_schema("policy.schema.json")
wrong, accepted, seen = [], 0, set()


def ask(validator, name, case, text):
    global accepted
    try:
        value = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    conforms = validator.is_valid(value)
    accepted += conforms
    seen.add(case)
    if conforms == (case in BROKEN):
        reason = next((error.message for error in validator.iter_errors(value)), "it is accepted")
        wrong.append(f"{name}: {reason}")


def ask_files(validator, files, case):
    for file in sorted(files):
        if not file.is_symlink():
            try:
                ask(validator, file.relative_to(root), case(file), file.read_text(encoding="utf-8"))
            except UnicodeDecodeError:
                continue


errors = root / "tests/errors"
ask_files(manifests, [*root.glob("examples/**/weld.toml"), *errors.glob("manifest_*/weld.toml")], lambda f: f.parent.name)
ask_files(policies, errors.glob("policy_*/policy.toml"), lambda f: f.parent.name)
ask_files(policies, errors.glob("manifest_*/policy.toml"), lambda f: f"{f.parent.name}/policy")
guide = (root / "docs/policy.md").read_text(encoding="utf-8")
ask(policies, "docs/policy.md", "the guide", guide.split("```toml\n")[1].split("```")[0])
# What weld prints of components conforms too: of the guests, and of the golden compositions.
inspections = json.loads((root / "docs/inspect.schema.json").read_text())
jsonschema.Draft202012Validator.check_schema(inspections)
inspections = jsonschema.Draft202012Validator(inspections)
components = [f for f in (root / "tests/guests/built").glob("*.wasm") if f.name != "hello-c.module.wasm"]
components += (root / "target/golden").glob("*.wasm")
for file in sorted(components):
    said = subprocess.run([os.environ["WELD"], "inspect", "--json", file], capture_output=True, check=True)
    for error in inspections.iter_errors(json.loads(said.stdout)):
        wrong.append(f"{file.name}: {error.json_path}: {error.message}")
if len(components) < 30:
    wrong.append(f"only {len(components)} components were inspected")
for case in sorted(BROKEN - seen):
    wrong.append(f"{case}: is not there")
print(f"{accepted} manifests and policies conform to their schemas, {len(seen) - accepted} do not")
if wrong:
    sys.exit("\n".join(wrong))
