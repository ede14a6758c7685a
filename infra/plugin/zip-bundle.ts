import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Zippable, zipSync } from 'fflate';

// The same bundle must make the same archive, byte by byte: only then does a deployment see that a function did not change.
const UNCHANGING_TIME = '1980-01-01T00:00:00';

/**
 * Packs `dist/<name>/` into an archive. Serverless could do it, but it would list every file of node_modules for each function.
 * @param folder relative to the service folder, kept as the path inside the archive
 */
export async function zipBundle(serviceDir: string, folder: string, archive: string): Promise<void> {
  const entries: Zippable = {};
  for (const name of (await readdir(join(serviceDir, folder))).sort()) {
    entries[`${folder}/${name}`] = [await readFile(join(serviceDir, folder, name)), { mtime: UNCHANGING_TIME }];
  }
  await writeFile(archive, zipSync(entries, { level: 6 }));
}
