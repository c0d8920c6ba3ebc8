//! Checks components written as text against policies.

use tempfile::TempDir;

/// Makes a directory with a component `app` and a policy.
pub fn directory(component: &str, policy: &str) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("app.wat"), component).unwrap();
    std::fs::write(directory.path().join("policy.toml"), policy).unwrap();
    directory
}

/// The violations of a file in a directory: the component, the import, and the message.
#[track_caller]
pub fn found(directory: &TempDir, file: &str) -> Vec<String> {
    let arguments = ["check", file, "--policy", "policy.toml", "-v"];
    let output = super::weld(directory.path()).args(arguments).output().unwrap();
    let lines: Vec<String> = String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect();
    let code = if lines.is_empty() { 0 } else { 1 };
    assert_eq!(output.status.code(), Some(code), "{lines:?}\n{}", String::from_utf8_lossy(&output.stderr));
    lines.into_iter().map(|line| line.rsplit_once(" (policy.toml").unwrap().0.to_owned()).collect()
}

/// The violations of a component and a policy, as text.
#[track_caller]
pub fn check(component: &str, policy: &str) -> Vec<String> {
    found(&directory(component, policy), "app.wat")
}
