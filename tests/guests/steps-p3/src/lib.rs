//! A command of WASI 0.3 that does what `command` does in 0.2, step by step, as its arguments say; and some steps of 0.3's own:
//! several at once, and streams that are let go of. A step that fails prints `error: STEP: CODE`, and the run goes on.

#![no_std]

extern crate alloc;
extern crate guest_runtime as _;

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::Debug;

use wasi::cli::{environment, exit, stderr, stdin, stdout};
use wasi::clocks::{monotonic_clock, system_clock};
use wasi::filesystem::preopens;
use wasi::filesystem::types::{Descriptor, DescriptorFlags, DescriptorType, NewTimestamp, OpenFlags, PathFlags};
use wasi::random::{insecure_seed, random};
use wit_bindgen::{StreamReader, StreamResult};

wit_bindgen::generate!({
    path: ["../../../wit/wasi-0.3.0/clocks.wit", "../../../wit/wasi-0.3.0/random.wit", "../../../wit/wasi-0.3.0/filesystem.wit",
        "../../../wit/wasi-0.3.0/sockets.wit", "../../../wit/wasi-0.3.0/cli.wit", "../../../wit/guests/steps-p3.wit"],
    world: "test:steps-p3/steps-p3",
    generate_all,
});

struct Command;

impl exports::wasi::cli::run::Guest for Command {
    async fn run() -> Result<(), ()> {
        let args = environment::get_arguments();
        for step in args.get(1..).unwrap_or(&[]).split(|arg| arg == "--") {
            let words: Vec<&str> = step.iter().map(String::as_str).collect();
            let text = match words.as_slice() {
                // As many at once as there are words, each by itself.
                ["all", steps @ ..] => {
                    let mut tasks = Vec::new();
                    for step in steps {
                        let step = step.to_string();
                        tasks.push(async move {
                            let words: Vec<&str> = step.split(' ').collect();
                            run(&words).await
                        });
                    }
                    join_all(tasks).await.concat()
                }
                words => run(words).await,
            };
            print(text.into_bytes()).await?;
        }
        Ok(())
    }
}

/// Polls all until each is done.
async fn join_all<F: Future<Output = String>>(tasks: Vec<F>) -> Vec<String> {
    let mut tasks: Vec<_> = tasks.into_iter().map(|task| alloc::boxed::Box::pin(task)).collect();
    let mut said: Vec<Option<String>> = tasks.iter().map(|_| None).collect();
    core::future::poll_fn(|context| {
        for (task, said) in tasks.iter_mut().zip(&mut said) {
            if said.is_none()
                && let core::task::Poll::Ready(text) = task.as_mut().poll(context)
            {
                *said = Some(text);
            }
        }
        if said.iter().all(Option::is_some) { core::task::Poll::Ready(()) } else { core::task::Poll::Pending }
    })
    .await;
    said.into_iter().flatten().collect()
}

async fn run(step: &[&str]) -> String {
    match act(step).await {
        Ok(text) => text,
        Err(code) => format!("error: {}: {code}\n", step.join(" ")),
    }
}

type Said = Result<String, String>;

async fn act(step: &[&str]) -> Said {
    Ok(match *step {
        ["args"] => environment::get_arguments().iter().map(|arg| format!("{arg}\n")).collect(),
        ["env"] => environment::get_environment().iter().map(|(name, value)| format!("{name}={value}\n")).collect(),
        ["cwd"] => format!("{:?}\n", environment::get_initial_cwd()),
        ["folders"] => preopens::get_directories().iter().map(|(_, path)| format!("{path}\n")).collect(),

        ["read", path] => text(&contents(path, 0).await?),
        ["slice", path, offset, len] => {
            let file = open(path, OpenFlags::empty(), DescriptorFlags::READ).await?;
            let (mut stream, end) = file.read_via_stream(number(offset));
            let mut bytes = Vec::new();
            while bytes.len() < number(len) as usize {
                let (result, chunk) = stream.read(Vec::with_capacity(number(len) as usize - bytes.len())).await;
                bytes.extend(chunk);
                if result == StreamResult::Dropped {
                    break;
                }
            }
            drop(stream);
            end.await.map_err(say)?;
            text(&bytes)
        }
        // What is opened is let go of at different points: unread, its future unread, both.
        ["leave", path, how] => {
            let file = open(path, OpenFlags::empty(), DescriptorFlags::READ).await?;
            let (mut stream, end) = file.read_via_stream(0);
            match how {
                "all" => {}
                "stream" => {
                    drop(stream);
                    end.await.map_err(say)?;
                }
                "future" => {
                    drop(end);
                    return Ok(format!("{}\n", stream.collect().await.len()));
                }
                "some" => {
                    let (_, chunk) = stream.read(Vec::with_capacity(1)).await;
                    return Ok(format!("{}\n", chunk.len()));
                }
                "file" => {
                    drop(file);
                    let bytes = stream.collect().await;
                    end.await.map_err(say)?;
                    return Ok(format!("{}\n", bytes.len()));
                }
                _ => return Err("InvalidInput".to_string()),
            }
            format!("left {how}\n")
        }
        ["size", path] => {
            let bytes = contents(path, 0).await?;
            let sum = bytes.iter().fold(0xcbf2_9ce4_8422_2325u64, |sum, byte| {
                (sum ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
            });
            format!("{} {sum:016x}\n", bytes.len())
        }
        ["ls", path] => {
            let folder = open(path, OpenFlags::DIRECTORY, DescriptorFlags::READ).await?;
            let (stream, end) = folder.read_directory();
            let entries = stream.collect().await;
            end.await.map_err(say)?;
            let line = |slash, name| format!("{name}{slash}\n");
            entries
                .into_iter()
                .map(|entry| line(if matches!(entry.type_, DescriptorType::Directory) { "/" } else { "" }, entry.name))
                .collect()
        }
        ["stat", path] => describe(path, PathFlags::SYMLINK_FOLLOW).await?,
        ["lstat", path] => describe(path, PathFlags::empty()).await?,
        // Asks, and does not wait for the answer.
        ["cancel", path] => {
            let (folder, rest) = place(path)?;
            let mut asked = alloc::boxed::Box::pin(folder.stat_at(PathFlags::empty(), rest));
            let is_ready = core::future::poll_fn(|context| {
                core::task::Poll::Ready(asked.as_mut().poll(context).is_ready())
            });
            format!("cancelled {}\n", if is_ready.await { "late" } else { "early" })
        }
        ["flags", path] => {
            let file = open(path, OpenFlags::empty(), DescriptorFlags::READ).await?;
            let (folder, rest) = place(path)?;
            let same = file.is_same_object(&open(path, OpenFlags::empty(), DescriptorFlags::READ).await?).await;
            let hash = file.metadata_hash().await.map_err(say)?;
            let at = folder.metadata_hash_at(PathFlags::empty(), rest).await.map_err(say)?;
            let equal = (hash.lower, hash.upper) == (at.lower, at.upper);
            file.sync().await.map_err(say)?;
            file.sync_data().await.map_err(say)?;
            let (flags, ty) = (file.get_flags().await.map_err(say)?, file.get_type().await.map_err(say)?);
            format!("{flags:?} {ty:?} {same} {equal}\n")
        }
        ["readlink", path] => {
            let (folder, rest) = place(path)?;
            format!("{}\n", folder.readlink_at(rest).await.map_err(say)?)
        }
        ["write", path, text] => {
            let how = OpenFlags::CREATE | OpenFlags::TRUNCATE;
            write(&open(path, how, DescriptorFlags::WRITE).await?, text.as_bytes().to_vec(), Some(0)).await?
        }
        // So many bytes, a part at a time.
        ["fill", path, len] => {
            let file = open(path, OpenFlags::CREATE, DescriptorFlags::WRITE).await?;
            let bytes = (0..number(len)).map(|at| (at % 251) as u8).collect();
            write(&file, bytes, Some(0)).await?
        }
        ["append", path, text] => {
            write(&open(path, OpenFlags::CREATE, DescriptorFlags::WRITE).await?, text.as_bytes().to_vec(), None).await?
        }
        ["copy", from, to] => {
            let from = open(from, OpenFlags::empty(), DescriptorFlags::READ).await?;
            let to = open(to, OpenFlags::CREATE, DescriptorFlags::WRITE).await?;
            let (stream, read) = from.read_via_stream(0);
            to.write_via_stream(stream, 0).await.map_err(say)?;
            read.await.map_err(say)?;
            String::new()
        }
        ["truncate", path, len] => {
            let file = open(path, OpenFlags::empty(), DescriptorFlags::WRITE).await?;
            done(file.set_size(number(len)).await)?
        }
        ["touch", path] => {
            let (folder, rest) = place(path)?;
            let now = || NewTimestamp::Timestamp(system_clock::Instant { seconds: 7, nanoseconds: 9 });
            done(folder.set_times_at(PathFlags::empty(), rest, now(), now()).await)?
        }
        ["rename", from, to] => {
            let ((a, from), (b, to)) = (place(from)?, place(to)?);
            done(a.rename_at(from, &b, to).await)?
        }
        ["link", from, to] => {
            let ((a, from), (b, to)) = (place(from)?, place(to)?);
            done(a.link_at(PathFlags::empty(), from, &b, to).await)?
        }
        ["symlink", target, path] => {
            let (folder, rest) = place(path)?;
            done(folder.symlink_at(target.to_string(), rest).await)?
        }
        ["rm", path] => {
            let (folder, rest) = place(path)?;
            done(folder.unlink_file_at(rest).await)?
        }
        ["mkdir", path] => {
            let (folder, rest) = place(path)?;
            done(folder.create_directory_at(rest).await)?
        }
        ["rmdir", path] => {
            let (folder, rest) = place(path)?;
            done(folder.remove_directory_at(rest).await)?
        }

        ["clock"] => {
            let (now, mark) = (system_clock::now(), monotonic_clock::now());
            let (a, b) = (system_clock::get_resolution(), monotonic_clock::get_resolution());
            format!("{} {} {mark} {a} {b}\n", now.seconds, now.nanoseconds)
        }
        ["sleep", millis] => {
            monotonic_clock::wait_for(number(millis) * 1_000_000).await;
            format!("slept {millis}\n")
        }
        ["until", instant] => {
            monotonic_clock::wait_until(number(instant)).await;
            format!("until {}\n", monotonic_clock::now())
        }
        ["random"] => {
            let bytes = random::get_random_bytes(8);
            format!("{bytes:?} {} {:?}\n", random::get_random_u64(), insecure_seed::get_insecure_seed())
        }

        ["cat"] => {
            let (stream, end) = stdin::read_via_stream();
            let bytes = stream.collect().await;
            end.await.map_err(say)?;
            text(&bytes)
        }
        // So many bytes, and no more.
        ["head", len] => {
            let (mut stream, _) = stdin::read_via_stream();
            let (_, bytes) = stream.read(Vec::with_capacity(number(len) as usize)).await;
            format!("{}\n", text(&bytes))
        }
        // All of it, so many bytes at a time.
        ["count", len] => {
            let (mut stream, end) = stdin::read_via_stream();
            let (mut buffer, mut all) = (Vec::with_capacity(number(len) as usize), 0);
            loop {
                let (result, chunk) = stream.read(buffer).await;
                all += chunk.len();
                if result == StreamResult::Dropped {
                    break;
                }
                buffer = chunk;
                buffer.clear();
            }
            drop(stream);
            end.await.map_err(say)?;
            format!("{all}\n")
        }
        ["out", text] => {
            print(format!("{text}\n").into_bytes()).await.map_err(|()| "stdout".to_string())?;
            String::new()
        }
        ["err", text] => {
            let (mut writer, reader) = wit_stream::new();
            let end = stderr::write_via_stream(reader);
            let rest = writer.write_all(format!("{text}\n").into_bytes()).await;
            drop(writer);
            let end = end.await;
            format!("{} {end:?}\n", rest.len())
        }
        ["exit", "0"] => say(exit::exit(Ok(()))),
        ["exit", _] => say(exit::exit(Err(()))),
        _ => return Err("InvalidInput".to_string()),
    })
}

async fn print(bytes: Vec<u8>) -> Result<(), ()> {
    if bytes.is_empty() {
        return Ok(());
    }
    let (mut writer, reader) = wit_stream::new();
    let end = stdout::write_via_stream(reader);
    let rest = writer.write_all(bytes).await;
    drop(writer);
    match end.await {
        Ok(()) if rest.is_empty() => Ok(()),
        _ => Err(()),
    }
}

async fn write(file: &Descriptor, bytes: Vec<u8>, at: Option<u64>) -> Said {
    let (mut writer, reader): (_, StreamReader<u8>) = wit_stream::new();
    let end = match at {
        Some(at) => file.write_via_stream(reader, at),
        None => file.append_via_stream(reader),
    };
    let rest = writer.write_all(bytes).await;
    drop(writer);
    match end.await {
        Ok(()) if rest.is_empty() => Ok(String::new()),
        Ok(()) => Err(format!("{} bytes were left", rest.len())),
        Err(code) => Err(say(code)),
    }
}

async fn contents(path: &str, offset: u64) -> Result<Vec<u8>, String> {
    let file = open(path, OpenFlags::empty(), DescriptorFlags::READ).await?;
    let (stream, end) = file.read_via_stream(offset);
    let bytes = stream.collect().await;
    end.await.map_err(say)?;
    Ok(bytes)
}

async fn describe(path: &str, follow: PathFlags) -> Said {
    let (folder, rest) = place(path)?;
    let stat = folder.stat_at(follow, rest).await.map_err(say)?;
    let modified = stat.data_modification_timestamp.map_or(-1, |time| time.seconds);
    Ok(format!("{:?} {} {} {modified}\n", stat.type_, stat.size, stat.link_count))
}

async fn open(path: &str, how: OpenFlags, flags: DescriptorFlags) -> Result<Descriptor, String> {
    let (folder, rest) = place(path)?;
    folder.open_at(PathFlags::SYMLINK_FOLLOW, rest, how, flags).await.map_err(say)
}

/// The folder with the longest name that a path leads through, and the path from there.
fn place(path: &str) -> Result<(Descriptor, String), String> {
    let mut best: Option<(Descriptor, String, usize)> = None;
    for (folder, name) in preopens::get_directories() {
        let Some(rest) = path.strip_prefix(name.as_str()) else { continue };
        let is_at_end = name.ends_with('/') || rest.is_empty() || rest.starts_with('/');
        if is_at_end && best.as_ref().is_none_or(|(_, _, length)| name.len() > *length) {
            let rest = rest.trim_start_matches('/');
            let rest = if rest.is_empty() { "." } else { rest };
            best = Some((folder, rest.to_string(), name.len()));
        }
    }
    best.map(|(folder, rest, _)| (folder, rest)).ok_or_else(|| "no folder".to_string())
}

fn done<E: Debug>(result: Result<(), E>) -> Said {
    result.map(|()| String::new()).map_err(say)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn number(text: &str) -> u64 {
    text.parse().unwrap_or_default()
}

fn say(answer: impl Debug) -> String {
    format!("{answer:?}")
}

export!(Command);
