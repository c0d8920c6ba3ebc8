//! `--depfile`, as `make` and `ninja` read it: `cargo test --test outside depfile::`. Both must be there.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use crate::support::{fails, project, succeeds, weld};

const PART: &str = "(component (import \"in\" (func $f)) (export \"out\" (func $f)))";

/// Names of files that both programs have a form for.
const NAMES: [&str; 22] = [
    "plain.wat",
    "with space.wat",
    "two  spaces.wat",
    " first.wat",
    "a$b.wat",
    "$$",
    "a#b.wat",
    "#first.wat",
    "a:b.wat",
    "größe 大.wat",
    "~",
    "~root",
    "~root/a.wat",
    "back\\slash.wat",
    "back\\ space.wat",
    "back\\\\ space.wat",
    "copy (1).wat",
    "a{b},c.wat",
    "a+b@c!.wat",
    "-dash.wat",
    "a=b.wat",
    "100%.wat",
];

/// Names that `make` and `ninja` read as those of other files, or each in its own way.
const REFUSED: [&str; 21] = [
    "a*b", "a?b", "a[b]", "a;b", "a|b", "a&b", "a<b", "a>b", "a^b", "a`b", "a'b", "a\"b", "a\tb", "a\nb", "a\\#b",
    "a\\:b", "a\\$b", "end\\", "end ", "end:", "end(1)",
];

#[derive(Debug, Clone, Copy, PartialEq)]
enum Tool {
    Make,
    Ninja,
    /// With `deps = gcc`: what the depfile says goes into the log, and the file is removed.
    NinjaDeps,
}

const TOOLS: [Tool; 3] = [Tool::Make, Tool::Ninja, Tool::NinjaDeps];

/// A directory with a build file whose only step runs weld.
struct Project {
    directory: tempfile::TempDir,
    tool: Tool,
    /// The manifest, as weld is told of it.
    manifest: PathBuf,
}

impl Project {
    /// `output` is the path of the output as the build file has it.
    fn new(tool: Tool, manifest: &str, output: &str) -> Project {
        let directory = tempfile::tempdir().unwrap();
        let manifest = match manifest.strip_prefix("ABSOLUTE/") {
            Some(rest) => directory.path().join(rest),
            None => manifest.into(),
        };
        let weld = format!("{} build {} --depfile out.d", env!("CARGO_BIN_EXE_weld"), manifest.display());
        let restat = if tool == Tool::Make { "" } else { " --restat" };
        let (name, text) = match tool {
            Tool::Make => {
                ("Makefile", format!("{output}: {}\n\t{weld}\n\techo >> log\n-include out.d\n", manifest.display()))
            }
            _ => (
                "build.ninja",
                format!(
                    "rule weld\n  command = {weld}{restat} && echo >> log\n  depfile = out.d\n  restat = 1\n{}\
                     build {output}: weld {}\n",
                    if tool == Tool::NinjaDeps { "  deps = gcc\n" } else { "" },
                    manifest.display()
                ),
            ),
        };
        std::fs::write(directory.path().join(name), text).unwrap();
        Project { directory, tool, manifest }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn write(&self, name: &str, content: &str) {
        std::fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        std::fs::write(self.path(name), content).unwrap();
        self.age(&self.path(name), 1000);
    }

    /// Writes the manifest, of components in these files, relative to it.
    fn describe(&self, output: &str, files: &[&str]) {
        let text = |text: &str| toml::Value::String(text.to_owned()).to_string();
        let mut manifest = format!("[composition]\nroot = \"c0\"\noutput = {}\n\n[components]\n", text(output));
        let mut exports = "\n[exports]\n".to_owned();
        for (index, file) in files.iter().enumerate() {
            manifest.push_str(&format!("c{index} = {}\n", text(file)));
            if index > 0 {
                exports.push_str(&format!("e{index} = \"c{index}/out\"\n"));
            }
        }
        let file = self.directory.path().join(&self.manifest);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, manifest + &exports).unwrap();
    }

    /// Sets a file's time to some seconds ago.
    fn age(&self, file: &Path, seconds: u64) {
        let time = SystemTime::now() - Duration::from_secs(seconds);
        std::fs::File::options().append(true).open(file).unwrap().set_modified(time).unwrap();
    }

    /// Runs the tool. Gives whether that ran weld.
    #[track_caller]
    fn builds(&self) -> bool {
        let count = || std::fs::read_to_string(self.path("log")).unwrap_or_default().len();
        let before = count();
        let program = if self.tool == Tool::Make { "make" } else { "ninja" };
        let output = Command::new(program).current_dir(self.directory.path()).output();
        let output = output.unwrap_or_else(|error| panic!("`{program}` is needed: {error}"));
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&[output.stdout, output.stderr].concat()));
        count() > before
    }

    /// A step that ran is not run again; touching any of these files runs it once.
    #[track_caller]
    fn follows<'f>(&self, files: impl IntoIterator<Item = &'f str>) {
        assert!(self.builds(), "{:?}: the first run", self.tool);
        assert!(!self.builds(), "{:?}: the second run", self.tool);
        for (index, file) in files.into_iter().enumerate() {
            // The step's own output came just now; ninja compares with when the step began.
            std::thread::sleep(Duration::from_millis(5));
            std::fs::write(self.path(file), format!("{PART} ;; {index}")).unwrap();
            assert!(self.builds(), "{:?}: {file} was touched", self.tool);
            assert!(!self.builds(), "{:?}: after {file} was touched", self.tool);
        }
    }
}

#[test]
fn depfile_detects_a_change_of_each_file_of_any_name() {
    for tool in TOOLS {
        let project = Project::new(tool, "weld.toml", "out.wasm");
        // Files that names would match, if they were taken for patterns or cut in pieces.
        for decoy in ["with", "space.wat", "a", "b.wat", "100.wat", "100x.wat", "copy", "back"] {
            project.write(decoy, PART);
        }
        let names = NAMES.map(|name| if name == "~root" { "~rooted" } else { name });
        names.iter().for_each(|name| project.write(name, PART));
        project.describe("out.wasm", &names);
        project.follows(names);
    }
}

#[test]
fn depfile_allows_a_file_that_is_removed_and_unused() {
    for tool in TOOLS {
        let project = Project::new(tool, "weld.toml", "out.wasm");
        // Make has no rule for what is a pattern or a variable to it: NAMES ends with these.
        let names: Vec<&str> = NAMES[..20].iter().copied().filter(|name| *name != "~root").collect();
        names.iter().for_each(|name| project.write(name, PART));
        project.describe("out.wasm", &names);
        assert!(project.builds());
        for name in &names[1..] {
            std::fs::remove_file(project.path(name)).unwrap();
        }
        std::thread::sleep(Duration::from_millis(5));
        project.describe("out.wasm", &names[..1]);
        assert!(project.builds(), "{tool:?}");
        assert!(!project.builds(), "{tool:?}");
    }
}

#[test]
fn depfile_works_from_any_directory_of_the_manifest() {
    // The manifest, its output from there, the output from the build file's directory, a component from there.
    let layouts = [
        ("sub/weld.toml", "out.wasm", "sub/out.wasm", "part.wat", "sub/part.wat"),
        ("sub/weld.toml", "../build/out.wasm", "build/out.wasm", "../parts/part.wat", "parts/part.wat"),
        ("sub/./weld.toml", "./a/../out.wasm", "sub/out.wasm", ".././part.wat", "part.wat"),
        ("link/weld.toml", "out.wasm", "link/out.wasm", "../part.wat", "deep/part.wat"),
    ];
    for tool in TOOLS {
        for (manifest, output, output_here, part, part_here) in layouts {
            let project = Project::new(tool, manifest, output_here);
            std::fs::create_dir_all(project.path("deep/real")).unwrap();
            #[cfg(unix)]
            std::os::unix::fs::symlink("deep/real", project.path("link")).unwrap();
            project.write("own.wat", PART);
            project.write(part_here, PART);
            let own = project.path("own.wat");
            project.describe(output, &[part, own.to_str().unwrap()]);
            project.follows([part_here, "own.wat"]);
        }
    }
}

#[cfg(unix)]
#[test]
fn depfile_accepts_absolute_paths() {
    for tool in TOOLS {
        let project = Project::new(tool, "ABSOLUTE/weld.toml", "$OUT");
        let output = project.path("out.wasm");
        for file in ["Makefile", "build.ninja"] {
            if let Ok(text) = std::fs::read_to_string(project.path(file)) {
                std::fs::write(project.path(file), text.replace("$OUT", output.to_str().unwrap())).unwrap();
            }
        }
        project.write("part.wat", PART);
        project.describe("out.wasm", &["part.wat"]);
        project.follows(["part.wat"]);
    }
}

/// The rule of the README, run as it is there.
#[test]
fn readme_make_rule_builds_once_after_each_change() {
    let readme = std::fs::read_to_string(project().join("README.md")).unwrap();
    let rule = readme.split("```make\n").nth(1).unwrap().split("```").next().unwrap();
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    for name in ["front", "storygen", "kv"] {
        std::fs::copy(project().join(format!("examples/cms/{name}.wasm")), at(&format!("{name}.wasm"))).unwrap();
    }
    std::fs::write(at("weld.toml"), include_str!("../../examples/cms/weld.toml")).unwrap();
    std::fs::write(at("Makefile"), rule).unwrap();
    let path = format!(
        "{}:{}",
        Path::new(env!("CARGO_BIN_EXE_weld")).parent().unwrap().display(),
        std::env::var("PATH").unwrap_or_default()
    );
    // What make says that it does.
    let make = || {
        std::thread::sleep(Duration::from_millis(20));
        let output = Command::new("make").current_dir(directory.path()).env("PATH", &path).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(make().contains("weld build"));
    assert!(make().contains("up to date"));
    let built = std::fs::read(at("build/cms.wasm")).unwrap();
    for changed in ["kv.wasm", "weld.toml", "front.wasm"] {
        // Only the time: the output stays what it is.
        std::fs::File::options().append(true).open(at(changed)).unwrap().set_modified(SystemTime::now()).unwrap();
        assert!(make().contains("weld build"), "{changed}");
        assert!(make().contains("up to date"), "{changed}");
    }
    assert_eq!(std::fs::read(at("build/cms.wasm")).unwrap(), built);
    // With `--restat` an output that did not change keeps its time.
    let time = || std::fs::metadata(at("build/cms.wasm")).unwrap().modified().unwrap();
    let before = time();
    succeeds(weld(directory.path()).args(["build", "--depfile", "build/cms.d", "--restat"]));
    assert_eq!(time(), before);
    succeeds(weld(directory.path()).args(["build", "--depfile", "build/cms.d"]));
    assert!(time() > before);
}

#[test]
fn depfile_lists_only_inputs_of_the_output() {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(directory.path().join(name), text).unwrap();
    write("app.wat", PART);
    write("spare.wat", PART);
    write(
        "weld.toml",
        "[composition]\nroot = \"app\"\noutput = \"out.wasm\"\n\n[components]\napp = \"app.wat\"\n\
         spare = \"spare.wat\"\n\n[target.other]\noutput = \"other.wasm\"\nroot = \"spare\"\n",
    );
    succeeds(weld(directory.path()).args(["build", "--depfile", "build/out.d"]));
    let text = std::fs::read_to_string(directory.path().join("build/out.d")).unwrap();
    let expected = "out.wasm: \\\n  app.wat \\\n  weld.toml\nother.wasm: \\\n  spare.wat \\\n  weld.toml\n\
                    \napp.wat:\n\nspare.wat:\n\nweld.toml:\n";
    assert_eq!(text, expected);
}

#[test]
fn depfile_refuses_unrepresentable_paths_before_any_write() {
    let build = |file: &str, output: &str| {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join(file), PART).unwrap();
        let text = |text: &str| toml::Value::String(text.to_owned()).to_string();
        let manifest =
            format!("[composition]\nroot = \"app\"\noutput = {}\n\n[components]\napp = {}\n", text(output), text(file));
        std::fs::write(directory.path().join("weld.toml"), manifest).unwrap();
        let said = fails(weld(directory.path()).args(["build", "--depfile", "out.d"]));
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 2, "{file}");
        said
    };
    for name in REFUSED {
        assert!(build(name, "out.wasm").contains("dependency files have no form for it"), "{name}");
        assert!(build("app.wat", name).contains("dependency files have no form for it"), "{name}");
    }
    // In what is made, `make` gives them another meaning.
    for name in ["100%.wasm", "a=b.wasm"] {
        assert!(build("app.wat", name).contains("in what is made"), "{name}");
    }
}
