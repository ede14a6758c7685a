import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { unzipSync } from 'fflate';
import { ServiceError } from '../../aws/service.ts';
import { makeProcessFolder } from '../../process-folder.ts';
import { writeRuntime } from './runtime-code.ts';

/** AWS's limit for the unzipped code of a function. */
const LARGEST_UNZIPPED = 262_144_000;

/** The zip files of functions by their SHA-256, and the folders that they are unzipped to when a function runs. */
export interface CodeStore {
  /** @throws ServiceError InvalidParameterValueException if it is not a zip file that can be used */
  put(zip: Uint8Array): StoredCode;
  /** Of the zip file, for who wants to look at it. */
  url(hash: string): string;
  /** @returns the folder with the unzipped code */
  folder(hash: string): string;
  /** @returns the file to start a function's thread with */
  bootstrap(): string;
  close(): void;
}

export interface StoredCode {
  /** SHA-256 in hexadecimal. */
  readonly hash: string;
  /** The same in base64, as the API gives it. */
  readonly codeSha256: string;
  readonly codeSize: number;
}

/** @param zipFolder where the zip files are kept; made if it is not there */
export function createCodeStore(zipFolder: string): CodeStore {
  // Unzipped outside of any project: node_modules and package.json of folders above would not be there on AWS either.
  let ownFolder: string | undefined;
  const own = (name: string): string => {
    ownFolder ??= makeProcessFolder('local-lambda');
    return join(ownFolder, name);
  };
  let bootstrap: string | undefined;
  const folders = new Map<string, string>();
  const zipPath = (hash: string): string => join(zipFolder, `${hash}.zip`);

  return {
    put(zip) {
      const digest = createHash('sha256').update(zip).digest();
      const hash = digest.toString('hex');
      if (!existsSync(zipPath(hash))) {
        unzip(zip);
        mkdirSync(zipFolder, { recursive: true });
        // Renamed into place: a file of this name is always whole.
        writeFileSync(`${zipPath(hash)}.new`, zip);
        renameSync(`${zipPath(hash)}.new`, zipPath(hash));
      }
      return { hash, codeSha256: digest.toString('base64'), codeSize: zip.byteLength };
    },
    url: (hash) => pathToFileURL(zipPath(hash)).href,
    folder(hash) {
      const folder = folders.get(hash) ?? writeFiles(unzip(readFileSync(zipPath(hash))), own(hash));
      folders.set(hash, folder);
      return folder;
    },
    bootstrap() {
      bootstrap ??= writeRuntime(own('runtime'));
      return bootstrap;
    },
    close() {
      folders.clear();
      bootstrap = undefined;
      if (ownFolder) rmSync(ownFolder, { recursive: true, force: true });
      ownFolder = undefined;
    },
  };
}

function unzip(zip: Uint8Array): Readonly<Record<string, Uint8Array>> {
  let size = 0;
  try {
    return unzipSync(zip, {
      filter: ({ originalSize }) => {
        size += originalSize;
        if (size > LARGEST_UNZIPPED) throw new Error(`Unzipped size must be smaller than ${LARGEST_UNZIPPED} bytes`);
        return true;
      },
    });
  } catch (error) {
    const reason =
      size > LARGEST_UNZIPPED
        ? (error as Error).message
        : 'Could not unzip uploaded file. Please check your file, then try to upload again.';
    throw new ServiceError('InvalidParameterValueException', reason);
  }
}

function writeFiles(files: Readonly<Record<string, Uint8Array>>, folder: string): string {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    // An entry named ../../x would be written outside.
    if (!path.startsWith(folder + sep) || name.endsWith('/')) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  return folder;
}
