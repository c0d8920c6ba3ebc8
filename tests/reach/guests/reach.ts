// Says what it was given, a line each: README.md has the lines. AssemblyScript, with its shim for WASI's preview 1.
import {
    clock_time_get, clockid, fd_prestat_dir_name, fd_prestat_get, fd_read, fd_write, oflags, path_open, prestat, random_get, rights,
} from "@assemblyscript/wasi-shim/assembly/bindings/wasi_snapshot_preview1";

const place = memory.data(16);
const buffer = memory.data(256);

/** Reads up to 256 bytes, without the line feed at their end; nothing where there are none. */
function read(fd: u32): string {
    store<usize>(place, buffer);
    store<usize>(place, 256, 4);
    if (fd_read(fd, place, 1, place + 8) != 0) return "";
    return String.UTF8.decodeUnsafe(buffer, load<usize>(place, 8)).trimEnd();
}

/** Opens a file of `/data`, whichever of the folders at hand that is; 0 where that fails. */
function open(name: string, flags: oflags, wanted: rights): u32 {
    for (let folder: u32 = 3; fd_prestat_get(folder, changetype<prestat>(place)) == 0; folder++) {
        const length = load<usize>(place, 4);
        if (length > 256 || fd_prestat_dir_name(folder, buffer, length) != 0) return 0;
        if (String.UTF8.decodeUnsafe(buffer, length) != "/data") continue;
        const path = String.UTF8.encode(name);
        const failed = path_open(folder, 0, changetype<usize>(path), path.byteLength, flags, wanted, 0, 0, place);
        return failed ? 0 : load<u32>(place);
    }
    return 0;
}

function write(fd: u32, text: string): bool {
    const bytes = String.UTF8.encode(text);
    store<usize>(place, changetype<usize>(bytes));
    store<usize>(place, bytes.byteLength, 4);
    return fd_write(fd, place, 1, place + 8) == 0;
}

function variable(name: string): string {
    return process.env.has(name) ? process.env.get(name) : "none";
}

function now(clock: clockid): u64 {
    clock_time_get(clock, 1, place);
    return load<u64>(place);
}

console.log(["args"].concat(process.argv.slice(1)).join(" "));
console.log(`env ${variable("REACH")} ${variable("SHARED")} ${variable("SECRET")}`);
const file = open("hello.txt", 0, rights.FD_READ);
console.log("file " + (file ? read(file) : "refused"));
const made = open("new.txt", oflags.CREAT | oflags.TRUNC, rights.FD_WRITE);
console.log("write " + (made && write(made, "new\n") ? "ok" : "refused"));
const line = read(0);
console.log("stdin " + (line.length ? line : "none"));
console.log("wall " + (now(clockid.REALTIME) / 1_000_000_000).toString());
const before = now(clockid.MONOTONIC);
console.log("monotonic " + (now(clockid.MONOTONIC) - before).toString());
write(2, "to stderr\n");
random_get(buffer, 8);
let shown = "random ";
for (let at: usize = 0; at < 8; at++) shown += load<u8>(buffer + at).toString(16).padStart(2, "0");
console.log(shown);
