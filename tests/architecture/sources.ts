import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const IMPORT =
  /(?:^|\n)\s*(?:import|export)\b[^'";]*?\bfrom\s*['"]([^'"]+)['"]|\bimport\s*\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)\s*import\s*['"]([^'"]+)['"]/g;

export interface Source {
  /** From the project's root, with slashes: `domain/money.ts`. */
  readonly path: string;
  readonly text: string;
}

/** The TypeScript files below a folder; none if it does not exist. */
export function sourcesBelow(folder: string): Source[] {
  if (!existsSync(join(ROOT, folder))) return [];
  return globSync('**/*.ts', { cwd: join(ROOT, folder), exclude: (name) => name === 'node_modules' })
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .sort()
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

/** What a file imports: `domain/money.ts` for ours, and the bare name for packages and Node's own (`node:fs`). */
export function importsOf({ path, text }: Source): string[] {
  return [...text.matchAll(IMPORT)].map((match) => {
    const name = match[1] ?? match[2] ?? match[3] ?? '';
    return name.startsWith('.') ? relative(ROOT, join(ROOT, dirname(path), name)).replaceAll('\\', '/') : name;
  });
}

/** The code alone: comments gone, and the text of strings too, as far as that can be told without parsing. */
export function codeOf({ text }: Source): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, "''")
    .replace(/(^|\s)\/\/[^\n]*/g, '$1');
}
