//! The JSON Schemas of manifests and policies, `docs/weld.schema.json` and `docs/policy.schema.json`, which editors read.
//!
//! `BLESS=1 cargo test --test it schema::` writes them. `.ci/schema.py` asks a validator of others what it accepts.

use crate::support;

#[test]
fn schemas_in_the_documentation_match_the_readers() {
    for (file, schema) in weld::schemas() {
        let file = support::project().join("docs").join(file);
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&file, &schema).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&file).unwrap_or_default(), schema);
    }
}

/// One of the schemas, by the name of its file.
fn schema(file: &str) -> serde_json::Value {
    let (_, schema) = weld::schemas().into_iter().find(|(name, _)| *name == file).unwrap();
    serde_json::from_str(&schema).unwrap()
}

#[test]
fn schema_describes_each_key_of_the_manifest() {
    let schema = schema("weld.schema.json");
    for path in [
        "/properties/composition/properties/output",
        "/properties/components/additionalProperties/anyOf/1/properties/sha256",
        "/properties/target/additionalProperties/properties/wire",
        "/properties/virtualize/additionalProperties/properties/default",
    ] {
        let key = schema.pointer(path).unwrap_or_else(|| panic!("{path}"));
        assert!(!key["description"].as_str().unwrap().is_empty(), "{path}");
    }
    assert_eq!(schema["additionalProperties"], false);
}

#[test]
fn schema_describes_each_key_of_the_policy() {
    let schema = schema("policy.schema.json");
    for path in ["default", "rule/items/properties/component", "rule/items/properties/deny", "limits/properties/size"] {
        let key = schema.pointer(&format!("/properties/{path}")).unwrap_or_else(|| panic!("{path}"));
        assert!(!key["description"].as_str().unwrap().is_empty(), "{path}");
    }
    assert_eq!(schema["additionalProperties"], false);
}
