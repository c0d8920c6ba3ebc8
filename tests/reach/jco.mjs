// Runs a command that `jco transpile` has made a module of, in Node, with no more than what the arguments give it:
//
//     node jco.mjs MODULE [--env NAME=VALUE]... [--dir GUEST=FOLDER]... -- WORD...
//
// MODULE lies in a folder from which `@bytecodealliance/preview2-shim` is found, or for WASI 0.3 `preview3-shim`. Ends with 3 where the run
// fails.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [file, ...words] = process.argv.slice(2);
const shim = readFileSync(file, "utf8").includes("preview3-shim") ? "preview3-shim" : "preview2-shim";
const { cli, filesystem } = await import(pathToFileURL(createRequire(file).resolve(`@bytecodealliance/${shim}`)));
const end = words.indexOf("--");
const given = { "--env": {}, "--dir": {} };
for (let at = 0; at < end; at += 2) {
    const [name, value] = words[at + 1].split(/=(.*)/s);
    given[words[at]][name] = value;
}
cli._setEnv(given["--env"]);
cli._setCwd("/");
cli._setArgs(words.slice(end + 1));
filesystem._setPreopens(given["--dir"]);
const { run } = await import(pathToFileURL(file));
try {
    await run.run();
} catch (error) {
    // A trap, or the error that `run` gave. What it says is not for the component's streams.
    process.exitCode = 3;
}
