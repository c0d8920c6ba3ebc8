// Makes a component of a JavaScript module: componentize.mjs SOURCE WIT WORLD OUTPUT [FEATURE...]
//
// The features are those of the engine that are left out, with what they import.
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { componentize } from '@bytecodealliance/componentize-js';

const [source, wit, worldName, output, ...disableFeatures] = process.argv.slice(2);
const { component } = await componentize({ sourcePath: resolve(source), witPath: resolve(wit), worldName, disableFeatures });
await writeFile(output, component);
