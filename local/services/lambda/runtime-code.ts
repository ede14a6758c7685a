import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const SOURCES = fileURLToPath(new URL('./runtime/', import.meta.url));

/**
 * Writes what runs in the threads of functions as plain JavaScript. Every thread would strip the types anew: that alone
 * makes a cold start twice as long.
 * @returns the file to start a thread with
 */
export function writeRuntime(folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(SOURCES)) {
    const code = quietly(() => stripTypeScriptTypes(readFileSync(join(SOURCES, name), 'utf8')));
    const imports = /(\bfrom '\.\/[\w-]+)\.ts'/g;
    writeFileSync(join(folder, name.replace(/\.ts$/, '.mjs')), code.replace(imports, "$1.mjs'"));
  }
  return join(folder, 'bootstrap.mjs');
}

/** The function warns once that it is experimental, though it is what Node itself runs this file by. */
function quietly<T>(work: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return work();
  } finally {
    process.emitWarning = emitWarning;
  }
}
