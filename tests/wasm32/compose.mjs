// Runs the library as a WebAssembly module that is given nothing: `node compose.mjs MODULE OUTPUT`.
import { readFile, writeFile } from "node:fs/promises";

const [module, output] = process.argv.slice(2);
const { instance } = await WebAssembly.instantiate(await readFile(module), {});
const start = instance.exports.start();
await writeFile(output, new Uint8Array(instance.exports.memory.buffer, start, instance.exports.length()));
