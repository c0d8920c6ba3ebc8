// Makes a component of a JavaScript module: componentize.mjs SOURCE WIT WORLD OUTPUT
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { componentize } from '@bytecodealliance/componentize-js';

const [source, wit, worldName, output] = process.argv.slice(2);
const { component } = await componentize({ sourcePath: resolve(source), witPath: resolve(wit), worldName });
await writeFile(output, component);
