// Says what it was given, a line each: README.md has the lines. For componentize-js, whose engine has no files, arguments and
// variables of its own: it calls WASI by the imports of its world.
import { getArguments, getEnvironment } from "wasi:cli/environment@0.2.12";
import { getStderr } from "wasi:cli/stderr@0.2.12";
import { getStdin } from "wasi:cli/stdin@0.2.12";
import { getStdout } from "wasi:cli/stdout@0.2.12";
import { now as monotonic } from "wasi:clocks/monotonic-clock@0.2.12";
import { now as wall } from "wasi:clocks/wall-clock@0.2.12";
import { getDirectories } from "wasi:filesystem/preopens@0.2.12";
import { getRandomBytes } from "wasi:random/random@0.2.12";

const say = (stream, text) => stream.blockingWriteAndFlush(new TextEncoder().encode(`${text}\n`));
const text = (bytes) => new TextDecoder().decode(bytes).trim();

/** What a function gives, or some text where it fails. */
function or(otherwise, give) {
    try {
        return give();
    } catch {
        return otherwise;
    }
}

const data = () => getDirectories().find(([, path]) => path === "/data")[0];

function contents() {
    const file = data().openAt({}, "hello.txt", {}, { read: true });
    return text(file.read(256n, 0n)[0]);
}

function write() {
    const file = data().openAt({}, "new.txt", { create: true, truncate: true }, { write: true });
    file.write(new TextEncoder().encode("new\n"), 0n);
    return "ok";
}

export const run = {
    run() {
        const out = getStdout();
        const variables = new Map(getEnvironment());
        const variable = (name) => variables.get(name) ?? "none";
        say(out, ["args", ...getArguments().slice(1)].join(" "));
        say(out, `env ${variable("REACH")} ${variable("SHARED")} ${variable("SECRET")}`);
        say(out, `file ${or("refused", contents)}`);
        say(out, `write ${or("refused", write)}`);
        say(out, `stdin ${or("none", () => text(getStdin().blockingRead(256n)))}`);
        say(out, `wall ${wall().seconds}`);
        const before = monotonic();
        say(out, `monotonic ${monotonic() - before}`);
        or("", () => say(getStderr(), "to stderr"));
        const bytes = [...getRandomBytes(8n)].map((byte) => byte.toString(16).padStart(2, "0"));
        say(out, `random ${bytes.join("")}`);
    },
};
