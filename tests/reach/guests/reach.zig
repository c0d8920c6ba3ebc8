// Says what it was given, a line each: README.md has the lines. It calls WASI's preview 1 as Zig's library declares it.
const std = @import("std");
const wasi = std.os.wasi;

fn say(fd: wasi.fd_t, text: []const u8) void {
    const part = [_]wasi.ciovec_t{.{ .base = text.ptr, .len = text.len }};
    var written: usize = 0;
    _ = wasi.fd_write(fd, &part, 1, &written);
}

fn print(comptime form: []const u8, values: anytype) void {
    var buffer: [512]u8 = undefined;
    say(1, std.fmt.bufPrint(&buffer, form, values) catch unreachable);
}

fn read(fd: wasi.fd_t, buffer: []u8) ?[]const u8 {
    const part = [_]wasi.iovec_t{.{ .base = buffer.ptr, .len = buffer.len }};
    var length: usize = 0;
    if (wasi.fd_read(fd, &part, 1, &length) != .SUCCESS or length == 0) return null;
    return std.mem.trim(u8, buffer[0..length], "\n");
}

/// Opens a file of `/data`, whichever of the folders at hand that is.
fn open(name: []const u8, flags: wasi.oflags_t, rights: wasi.rights_t) ?wasi.fd_t {
    var folder: wasi.fd_t = 3;
    while (true) : (folder += 1) {
        var about: wasi.prestat_t = undefined;
        if (wasi.fd_prestat_get(folder, &about) != .SUCCESS) return null;
        var path: [64]u8 = undefined;
        const length = about.u.dir.pr_name_len;
        if (length > path.len or wasi.fd_prestat_dir_name(folder, &path, length) != .SUCCESS) return null;
        if (std.mem.eql(u8, path[0..length], "/data")) break;
    }
    var fd: wasi.fd_t = undefined;
    return if (wasi.path_open(folder, .{}, name.ptr, name.len, flags, rights, .{}, .{}, &fd) == .SUCCESS) fd else null;
}

fn list(
    comptime sizes: anytype,
    comptime get: anytype,
    texts: *[32][*:0]u8,
    bytes: *[4096]u8,
) [][*:0]u8 {
    var count: usize = 0;
    var size: usize = 0;
    if (sizes(&count, &size) != .SUCCESS or count > texts.len or size > bytes.len) return texts[0..0];
    return if (get(texts, bytes) == .SUCCESS) texts[0..count] else texts[0..0];
}

fn variable(variables: [][*:0]u8, name: []const u8) []const u8 {
    for (variables) |entry| {
        const text = std.mem.span(entry);
        if (std.mem.startsWith(u8, text, name) and text[name.len] == '=') return text[name.len + 1 ..];
    }
    return "none";
}

fn now(clock: wasi.clockid_t) u64 {
    var time: wasi.timestamp_t = 0;
    _ = wasi.clock_time_get(clock, 1, &time);
    return time;
}

pub fn main() void {
    var texts: [32][*:0]u8 = undefined;
    var bytes: [4096]u8 = undefined;
    print("args", .{});
    for (list(wasi.args_sizes_get, wasi.args_get, &texts, &bytes), 0..) |word, at| {
        if (at > 0) print(" {s}", .{word});
    }
    const env = list(wasi.environ_sizes_get, wasi.environ_get, &texts, &bytes);
    print("\nenv {s} {s} {s}\n", .{ variable(env, "REACH"), variable(env, "SHARED"), variable(env, "SECRET") });
    var buffer: [256]u8 = undefined;
    const file = open("hello.txt", .{}, .{ .FD_READ = true });
    print("file {s}\n", .{if (file) |fd| read(fd, &buffer) orelse "refused" else "refused"});
    const new = open("new.txt", .{ .CREAT = true, .TRUNC = true }, .{ .FD_WRITE = true });
    if (new) |fd| say(fd, "new\n");
    print("write {s}\n", .{if (new != null) "ok" else "refused"});
    print("stdin {s}\n", .{read(0, &buffer) orelse "none"});
    print("wall {d}\n", .{now(.REALTIME) / 1_000_000_000});
    const before = now(.MONOTONIC);
    print("monotonic {d}\n", .{now(.MONOTONIC) - before});
    say(2, "to stderr\n");
    var random: [8]u8 = undefined;
    if (wasi.random_get(&random, random.len) != .SUCCESS) std.process.exit(1);
    print("random {x:0>16}\n", .{std.mem.readInt(u64, &random, .big)});
}
