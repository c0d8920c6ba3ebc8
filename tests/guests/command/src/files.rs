//! The steps on files.

use std::fmt::Display;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::UNIX_EPOCH;

use crate::say;

pub fn read(path: &str) -> io::Result<()> {
    copy(File::open(path)?)
}

pub fn slice(path: &str, offset: u64, len: u64) -> io::Result<()> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(offset))?;
    copy(file.take(len))
}

/// The contents as they are, with no newline added, so that a test can compare them byte for byte.
fn copy(mut from: impl Read) -> io::Result<()> {
    let mut stdout = io::stdout();
    io::copy(&mut from, &mut stdout)?;
    stdout.flush()
}

/// Reads the file through and prints how many bytes there were, with their FNV-1a checksum of 64 bits.
pub fn size(path: &str) -> io::Result<()> {
    let mut file = File::open(path)?;
    let mut buffer = vec![0; 64 * 1024];
    let mut len = 0;
    let mut checksum: u64 = 0xcbf2_9ce4_8422_2325;
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return say(format_args!("{len} {checksum:016x}"));
        }
        len += read;
        for &byte in &buffer[..read] {
            checksum = (checksum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}

/// In the order in which the host gives the names: it is a part of its answer.
pub fn ls(path: &str) -> io::Result<()> {
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let slash = if entry.file_type()?.is_dir() { "/" } else { "" };
        say(format_args!("{}{slash}", entry.file_name().display()))?;
    }
    Ok(())
}

pub fn stat(path: &str) -> io::Result<()> {
    describe(&fs::metadata(path)?)
}

pub fn lstat(path: &str) -> io::Result<()> {
    describe(&fs::symlink_metadata(path)?)
}

fn describe(metadata: &Metadata) -> io::Result<()> {
    let kind = match metadata.file_type() {
        kind if kind.is_file() => "file",
        kind if kind.is_dir() => "dir",
        kind if kind.is_symlink() => "symlink",
        _ => "other",
    };
    let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let modified = modified.map_or_else(|| String::from("none"), |time| time.as_secs().to_string());
    say(format_args!("{kind} {} {modified}", metadata.len()))
}

pub fn readlink(path: &str) -> io::Result<()> {
    say(fs::read_link(path)?.display())
}

pub fn write(path: &str, text: &str) -> io::Result<()> {
    fs::write(path, text)
}

pub fn append(path: &str, text: &str) -> io::Result<()> {
    OpenOptions::new().append(true).create(true).open(path)?.write_all(text.as_bytes())
}

pub fn truncate(path: &str, len: u64) -> io::Result<()> {
    OpenOptions::new().write(true).open(path)?.set_len(len)
}

pub fn rename(from: &str, to: &str) -> io::Result<()> {
    fs::rename(from, to)
}

pub fn link(from: &str, to: &str) -> io::Result<()> {
    fs::hard_link(from, to)
}

pub fn rm(path: &str) -> io::Result<()> {
    fs::remove_file(path)
}

pub fn mkdir(path: &str) -> io::Result<()> {
    fs::create_dir(path)
}

pub fn rmdir(path: &str) -> io::Result<()> {
    fs::remove_dir(path)
}

/// What an editor does to save a file. Each move is looked at from outside before it counts as done.
pub fn dance(dir: &str) -> io::Result<()> {
    let note = Path::new(dir).join("note.txt");
    let temporary = Path::new(dir).join("note.txt.tmp");

    fs::write(&note, "first\n")?;
    fs::write(&temporary, "second\n")?;
    ensure(fs::read(&note)? == b"first\n" && fs::read(&temporary)? == b"second\n")?;
    done("write")?;

    fs::rename(&temporary, &note)?;
    ensure(fs::read(&note)? == b"second\n" && !fs::exists(&temporary)?)?;
    done("rename")?;

    OpenOptions::new().append(true).open(&note)?.write_all(b"third\n")?;
    ensure(fs::read(&note)? == b"second\nthird\n")?;
    done("append")?;

    OpenOptions::new().write(true).open(&note)?.set_len(3)?;
    ensure(fs::read(&note)? == b"sec")?;
    done("truncate")?;

    // A file that is deleted while it is open lives on until it is closed, for reading and for writing.
    let mut open = OpenOptions::new().read(true).write(true).open(&note)?;
    fs::remove_file(&note)?;
    ensure(!fs::exists(&note)?)?;
    open.seek(SeekFrom::End(0))?;
    open.write_all(b"ond")?;
    open.rewind()?;
    let mut text = String::new();
    open.read_to_string(&mut text)?;
    ensure(text == "second")?;
    done("delete")
}

fn ensure(holds: bool) -> io::Result<()> {
    if holds { Ok(()) } else { Err(ErrorKind::InvalidData.into()) }
}

fn done(step: impl Display) -> io::Result<()> {
    say(format_args!("ok {step}"))
}
