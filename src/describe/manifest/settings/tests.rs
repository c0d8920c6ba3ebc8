//! Settings, as manifests and flags say them.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::{Path, PathBuf};

use crate::describe::manifest::Manifest;
use crate::describe::setting::{Clock, Input, MountKind, Names, Stream};
use crate::describe::{Grants, Settings, Source, Text, Treatment, virt};

/// What some flags grant, or the texts of what is wrong with them.
fn granted(flags: &[&str]) -> Result<Grants, Vec<String>> {
    let mut grants = Grants::all(Treatment::Deny);
    let flags: Vec<String> = flags.iter().map(|flag| (*flag).to_owned()).collect();
    match virt::add(&mut grants, &flags) {
        Ok(()) => Ok(grants),
        Err(errors) => Err(errors.iter().map(ToString::to_string).collect()),
    }
}

#[track_caller]
fn set(flags: &[&str]) -> Settings {
    granted(flags).unwrap_or_else(|errors| panic!("{flags:?}: {errors:?}")).settings
}

/// The only thing that is wrong with some flags.
#[track_caller]
fn wrong(flags: &[&str]) -> String {
    let errors = granted(flags).err().unwrap_or_else(|| panic!("{flags:?} are fine"));
    assert_eq!(errors.len(), 1, "{flags:?}: {errors:?}");
    errors.concat()
}

/// The grants of a manifest in the directory `at`.
fn manifest(lines: &str) -> Result<Grants, Vec<String>> {
    let text = format!(
        "[composition]\nroot = \"app\"\noutput = \"o.wasm\"\n[components]\napp = \"app.wasm\"\n[virtualize.app]\n{lines}"
    );
    match Manifest::parse(Text::new("weld.toml", &text), Path::new("at/weld.toml")) {
        Ok(manifest) => Ok(manifest.outputs.first().unwrap().grants.get("app").unwrap().clone()),
        Err(errors) => Err(errors.iter().map(ToString::to_string).collect()),
    }
}

fn names(names: &[&str]) -> Names {
    Names::Some(names.iter().map(|name| (*name).to_owned()).collect())
}

#[test]
fn manifest_has_a_key_for_each_setting() {
    let grants = manifest(
        r#"
env = { set = { LANG = "C", A = "größe = 1" }, allow = true, deny = ["SECRET"] }
config = { allow = ["a", "b=c"] }
args = { set = ["prog", "a b"] }
cwd = { set = "/work/" }
stdin = { file = "in.txt" }
stdout = "stderr"
stderr = "stderr"
logging = "stderr"
keyvalue = { memory = "1MiB", set = { "" = { k = "v", "" = "empty" }, "a.b" = {} } }
clocks = { fixed = 2026-01-01T00:00:00.25Z, step = "1ms" }
random = { seed = 18446744073709551615 }
fs."/" = { embed = "stories" }
fs."/tmp/" = { memory = "64MiB" }
fs."/data".embed = "../data"
fs."/data".overlay = "memory"
fs."/data".follow-symlinks = true
fs."/home" = { embed = "home", overlay = 4096 }
fs."/host" = { host = "." }
fs."/host/read" = { host = "/srv/data", mode = "read-only" }
"#,
    )
    .unwrap();
    let Settings {
        env,
        config,
        args,
        cwd,
        stdin,
        stdout,
        stderr,
        logging,
        clock,
        seed,
        mounts,
        http,
        sockets,
        keyvalue,
    } = &grants.settings;
    let (env, config) = (env.as_ref().unwrap(), config.as_ref().unwrap());
    assert_eq!(
        env.set.iter().map(|(name, value)| (&**name, &**value)).collect::<Vec<_>>(),
        [("A", "größe = 1"), ("LANG", "C")]
    );
    assert_eq!((&env.allow, env.deny.contains("SECRET"), env.deny.len()), (&Names::All, true, 1));
    assert_eq!((&config.allow, config.set.len()), (&names(&["a", "b=c"]), 0));
    assert_eq!((args.as_ref().unwrap().join("|"), cwd.as_deref()), ("prog|a b".to_owned(), Some("/work")));
    let Some(Input::File { file, place: Some(_) }) = stdin else { panic!("{stdin:?}") };
    assert_eq!(file, &Source::File(PathBuf::from("at/in.txt")));
    assert_eq!((*stdout, *stderr, *logging), (Some(Stream::Stderr), None, true));
    assert_eq!(*clock, Some(Clock { seconds: 1_767_225_600, nanoseconds: 250_000_000, step: 1_000_000 }));
    assert_eq!((*seed, http, sockets), (Some(u64::MAX), &None, &None));
    let keyvalue = keyvalue.as_ref().unwrap();
    let pairs =
        |bucket: &str| keyvalue.set[bucket].iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>();
    assert_eq!((keyvalue.memory, keyvalue.set.len()), (1 << 20, 2));
    assert_eq!((pairs(""), pairs("a.b")), (vec!["=empty".to_owned(), "k=v".to_owned()], Vec::new()));
    let file = |path: &str| Source::File(PathBuf::from(path));
    let kinds: Vec<_> = mounts.iter().map(|(path, mount)| (path.as_str(), mount.kind.clone())).collect();
    assert_eq!(
        kinds,
        [
            ("/", MountKind::Embed { source: file("at/stories"), follow: false, overlay: None }),
            ("/data", MountKind::Embed { source: file("at/../data"), follow: true, overlay: Some(u64::MAX) }),
            ("/home", MountKind::Embed { source: file("at/home"), follow: false, overlay: Some(4096) }),
            ("/host", MountKind::Host { path: ".".to_owned(), read_only: false }),
            ("/host/read", MountKind::Host { path: "/srv/data".to_owned(), read_only: true }),
            ("/tmp", MountKind::Memory(64 << 20)),
        ]
    );
    let treatments: Vec<_> =
        grants.grants.iter().map(|grant| format!("{} {}", grant.pattern, grant.treatment)).collect();
    assert_eq!(
        treatments,
        [
            "logging provide",
            "stderr allow",
            "stdout provide",
            "args provide",
            "clocks provide",
            "config provide",
            "cwd provide",
            "env provide",
            "fs provide",
            "keyvalue provide",
            "random provide",
            "stdin provide",
        ]
    );
    assert!(grants.grants.iter().all(|grant| grant.place.is_some()));
    assert_eq!(grants.settings.named().map(|named| named.at).collect::<Vec<_>>(), ["stdin", "/", "/data", "/home"]);
}

#[test]
fn flags_express_the_same_settings_as_a_manifest() {
    let settings = set(&[
        "env={set={A=\"1\"}}",
        "env.set.B=2, or true",
        "env.allow=[\"TZ\"]",
        "env.set.\"C.D\"=\"\"",
        "args.set=[\"prog\"]",
        "cwd.set=/",
        "stdin.file=in.txt",
        "clocks.fixed=2026-01-01T00:00:00Z",
        "clocks.step=2us",
        "random.seed=0x2a",
        "fs./={embed=\"a=b\"}",
        "fs./tmp.memory=1MiB",
        "fs./tmp.d={memory=512}",
        "fs.\"/a=b\".host=/x",
        "fs./a.embed.embed=dir/sub",
        "fs./a.embed.overlay=memory",
        "fs.'/c'.embed='d'",
        "stdout=\"stderr\"",
    ]);
    let Settings { env, args, cwd, stdin, stdout, clock, seed, mounts, .. } = settings;
    let env = env.unwrap();
    let set: Vec<_> = env.set.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!((set.join("|"), env.allow), ("A=1|B=2, or true|C.D=".to_owned(), names(&["TZ"])));
    assert_eq!((args.unwrap().len(), cwd.as_deref(), stdout, seed), (1, Some("/"), Some(Stream::Stderr), Some(42)));
    assert_eq!(clock, Some(Clock { seconds: 1_767_225_600, nanoseconds: 0, step: 2000 }));
    let Some(Input::File { file, .. }) = stdin else { panic!("{stdin:?}") };
    assert_eq!(file, Source::File(PathBuf::from("in.txt")));
    let file = |path: &str| Source::File(PathBuf::from(path));
    let kinds: Vec<_> = mounts.iter().map(|(path, mount)| (path.as_str(), mount.kind.clone())).collect();
    assert_eq!(
        kinds,
        [
            ("/", MountKind::Embed { source: file("a=b"), follow: false, overlay: None }),
            ("/a.embed", MountKind::Embed { source: file("dir/sub"), follow: false, overlay: Some(u64::MAX) }),
            ("/a=b", MountKind::Host { path: "/x".to_owned(), read_only: false }),
            ("/c", MountKind::Embed { source: file("d"), follow: false, overlay: None }),
            ("/tmp", MountKind::Memory(1 << 20)),
            ("/tmp.d", MountKind::Memory(512)),
        ]
    );
}

#[test]
fn manifest_with_an_empty_environment_sets_it() {
    for flags in [&["env={}"], &["env={allow=false}"], &["env.allow=[]"], &["env.allow=false"], &["env.set={}"]] {
        assert_eq!(set(flags).env, Some(Default::default()), "{flags:?}");
    }
    assert!(matches!(set(&["stdin=empty"]).stdin, Some(Input::Text(text)) if text.is_empty()));
    assert!(matches!(set(&["stdin.text=\"\""]).stdin, Some(Input::Text(text)) if text.is_empty()));
    assert_eq!(set(&["args={set=[]}"]).args, Some(vec![]));
}

#[test]
fn manifest_with_conflicting_settings_is_refused() {
    for (flags, message) in [
        (&["env={deny=[\"A\"]}"] as &[&str], "`env` denies variables where none are allowed"),
        (&["env.deny=[\"A\"]", "env.allow=[]"], "`env` denies variables where none are allowed"),
        (&["clocks.step=1ms"], "`step` says nothing without `fixed`"),
        (&["stdin={text=\"a\",file=\"b\"}"], "`stdin` has both `text` and `file`"),
        (&["fs./a={embed=\"a\",host=\"b\"}"], "`fs.\"/a\"` has both `embed` and `host`"),
        (&["fs./a={embed=\"a\",memory=1}"], "`fs.\"/a\"` has both `embed` and `memory`"),
        (&["fs./a.memory=1", "fs./a.host=b"], "`fs.\"/a\"` has both `memory` and `host`"),
        (&["fs./a={mode=\"read-only\"}"], "`mode` says nothing without `host`"),
        (&["fs./a={embed=\"a\",mode=\"read-only\"}"], "`mode` says nothing without `host`"),
        (&["fs./a={overlay=\"memory\"}"], "`overlay` says nothing without `embed`"),
        (&["fs./a={host=\"a\",overlay=\"memory\"}"], "`overlay` says nothing without `embed`"),
        (&["fs./a={memory=1,follow-symlinks=true}"], "`follow-symlinks` says nothing without `embed`"),
        (&["fs./a={}"], "nothing is mounted at `/a`"),
        (&["fs={}"], "`fs` sets nothing"),
        (&["args={}"], "`args` sets nothing"),
        (&["clocks={}"], "`clocks` sets nothing"),
        (&["fs=deny", "fs./a.memory=1"], "`fs` is given both a word and settings"),
        (&["random.seed=1", "random=allow"], "`random` is given both a word and settings"),
        (&["stdin=empty", "stdin.text=a"], "`stdin` is given both a word and settings"),
        (&["random.seed=1", "random={seed=2}"], "`random.seed` is given twice"),
        (&["env={set={A=\"1\"}}", "env.set.A=1"], "`env.set.A` is given twice"),
        (&["fs./a.memory=1", "fs./a/.memory=1"], "two mounts are at `/a`"),
        (&["stdout=allow", "stdout=stderr"], "`stdout` is given twice"),
    ] {
        assert_eq!(wrong(flags), message, "{flags:?}");
    }
}

#[test]
fn flag_names_a_bucket_and_a_key() {
    for (flag, bucket, key) in [
        ("keyvalue.set.default.visits=41", "default", "visits"),
        ("keyvalue.set.default.a.b=41", "default", "a.b"),
        ("keyvalue.set.\"a.b\".visits=41", "a.b", "visits"),
        ("keyvalue.set.\"a.b\".\"user=7\"=41", "a.b", "user=7"),
        ("keyvalue.set.default.user:7='41'", "default", "user:7"),
        ("keyvalue.set.default={visits=\"41\"}", "default", "visits"),
        ("keyvalue.set.a.b={visits=\"41\"}", "a.b", "visits"),
    ] {
        let mut grants = Grants::all(Treatment::Deny);
        virt::add(&mut grants, &[flag.to_owned()]).unwrap();
        let set = &grants.settings.keyvalue.as_ref().unwrap().set;
        assert_eq!(set.get(bucket).and_then(|bucket| bucket.get(key)).map(String::as_str), Some("41"), "{flag}");
    }
    assert!(wrong(&["keyvalue.set.a.b=1", "keyvalue.set.a={b=\"2\"}"]).contains("`keyvalue.set.a.b` is given twice"));
}

#[test]
fn manifest_with_invalid_values_is_refused() {
    for (flag, message) in [
        ("clocks.fixed=tomorrow", "`tomorrow` is not a time that clocks can show"),
        ("clocks={fixed=2026-01-01}", "`2026-01-01` is not a time that clocks can show: it lacks"),
        ("clocks={fixed=\"1969-12-31T00:00:00Z\"}", "it is before 1970"),
        ("clocks={fixed=2026-01-01T00:00:00Z,step=\"1\"}", "`1` is not a duration"),
        ("random.seed=-1", "`random.seed` is -1, and should be a number"),
        ("fs./a.memory=1 MB or so", "`1 MB or so` is not a size"),
        ("fs./a.memory=1.5MiB", "`1.5MiB` is not a size"),
        ("fs./a.memory=0", "the size is 0, so nothing could be written"),
        ("fs./a={memory=\"0B\"}", "the size is 0, so nothing could be written"),
        ("fs./a={embed=\"b\",overlay=\"disk\"}", "`disk` is not a size"),
        ("fs./a={embed=\"\"}", "the path is empty"),
        ("fs.a.memory=1", "`a` cannot be a guest path: it does not start with `/`"),
        ("fs./a/../b.memory=1", "it has a `..`"),
        ("fs./a/./b={memory=1}", "it has a `.`"),
        ("fs./a//b={memory=1}", "it has nothing between two `/`"),
        ("fs.//={memory=1}", "it has nothing between two `/`"),
        ("fs./a={memry=1}", "[fs./a] has no key `memry`"),
        ("fs./a=1", "`fs./a` is 1, and should be a table"),
        ("cwd.set=work", "`work` cannot be a guest path"),
        ("env.set={\"\"=\"a\"}", "`` cannot be the name of a variable: it is empty"),
        ("env.set={\"a=b\"=\"a\"}", "`a=b` cannot be the name of a variable: `=` would end it"),
        ("env.allow=[\"a=b\"]", "`a=b` cannot be the name of a variable"),
        ("env={allow=[\"\"]}", "`` cannot be the name of a variable"),
        ("env.set={A=\"a\\u0000\"}", "the value of a variable contains a NUL character"),
        ("args.set=[\"a\\u0000\"]", "an argument contains a NUL character"),
        ("env.sett.A=1", "[env] has no key `sett.A`"),
        ("exit.set=1", "[exit] has no key `set`"),
        ("sockets={}", "`sockets` sets nothing"),
        ("sockets.connect=[\"10.0.0.1\"]", "`10.0.0.1` is no rule of `connect` for sockets: it has no port"),
        ("sockets.listen=[\"a.example:80\"]", "`a.example:80` is no rule of `listen` for sockets: it is a name"),
        ("sockets={lookup=[\"10.0.0.1\"]}", "`10.0.0.1` is no rule of `lookup` for sockets: it is an address"),
        ("sockets.deny=[\"10.0.0.1:80\"]", "[sockets] has no key `deny`"),
        ("http.allow=[\"https://a/x;y\"]", "the rule `https://a/x;y` has no effect: servers read such a path"),
        (
            "http={allow=[\"https://a\"],deny=[\"https://a\"]}",
            "the rule `https://a` has no effect: `https://a` of `deny` takes",
        ),
        ("http={allow=[\"https://a\"],deny=[\"http://a\"]}", "the rule `http://a` has no effect: no rule of `allow`"),
        ("http.allow=[\"GET *\"]", "`GET *` is no rule for requests"),
        ("keyvalue=disk", "`keyvalue` is \"disk\", and should be"),
        ("keyvalue.memory=much", "`much` is not a size"),
        ("keyvalue.memory=0", "the size is 0"),
        ("keyvalue={memory=195, set={a={b=\"c\"}, d={}}}", "has takes 196 bytes"),
        ("keyvalue.set.a={b=1}", "is 1, and should be a string"),
        ("keyvalue.set.a=b", "should be a table"),
        ("keyvalue.set.a.b={c=1}", "is 1, and should be a string"),
        ("keyvalue.set.a.b=[1]", "is an array, and should be a string"),
        ("keyvalue.quota=1", "[keyvalue] has no key `quota`"),
        ("logging=stdout", "`logging` is \"stdout\", and should be"),
        ("stdin=stdout", "`stdin` is \"stdout\", and should be"),
    ] {
        let found = wrong(&[flag]);
        assert!(found.contains(message), "{flag}: {found}");
    }
}

#[test]
fn manifest_grant_overrides_other_keys() {
    let text = |text: &str| text.to_owned();
    let mut grants = Grants::all(Treatment::Deny);
    virt::variables(&mut grants, "env", &[text("A=1"), text("B=x=y")], Names::All).unwrap();
    let (embed, preopen) = ([text("/=a"), text("/b=b")], [text("/tmp=/var/tmp")]);
    virt::mounts(&mut grants, virt::Directories { embed: &embed, preopen: &preopen, read_only: &[] }).unwrap();
    virt::add(&mut grants, &[text("env.set.A=2"), text("env.deny=[\"C\"]"), text("fs./b.memory=1")]).unwrap();
    let Settings { env, mounts, .. } = &grants.settings;
    let env = env.as_ref().unwrap();
    assert_eq!((env.set["A"].as_str(), env.set["B"].as_str()), ("2", "x=y"));
    assert_eq!((&env.allow, env.deny.len()), (&Names::All, 1));
    assert_eq!(mounts.keys().collect::<Vec<_>>(), ["/", "/b", "/tmp"]);
    assert_eq!(mounts["/b"].kind, MountKind::Memory(1));
    virt::add(&mut grants, &[text("env=allow"), text("fs=deny")]).unwrap();
    assert!(grants.settings.env.is_none() && grants.settings.mounts.is_empty());
    let treatment = |interface: &str| grants.of(interface, "get-environment").map(|(grant, _)| grant.treatment);
    assert_eq!(treatment("wasi:cli/environment@0.2.0"), Some(Treatment::Allow));
    assert_eq!(treatment("wasi:filesystem/types@0.2.0"), Some(Treatment::Deny));
}

#[test]
fn manifest_reports_all_its_errors() {
    let errors = manifest(
        "env = { deny = [\"A\"] }\nclocks.fixed = 2026-01-01\nfs.\"a\" = { memory = 0 }\nfs.\"/b\" = {}\n\
         fs.\"/c\" = { memory = 1 }\nfs.\"/c/\" = { memory = 1 }\nhttp = { allow = [\"x\"] }\n",
    )
    .unwrap_err();
    assert_eq!(errors.len(), 6, "{errors:#?}");
}
