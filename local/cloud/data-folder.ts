import { accessSync, constants, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeProcessFolder } from '../process-folder.ts';
import { createMemoryStore } from '../stepfunctions/engine/store/memory-store.ts';
import { createSqliteStore } from '../stepfunctions/engine/store/sqlite-store.ts';
import type { ExecutionStore } from '../stepfunctions/engine/store/store.ts';
import { StoreError } from '../stepfunctions/engine/store/store.ts';
import { openStorage, StorageError } from '../storage/open-storage.ts';
import type { Storage } from '../storage.ts';
import { StartError } from './start-error.ts';

/** Everything that is remembered, in one folder; or in memory, gone when the cloud closes. */
export interface CloudData {
  readonly storage: Storage;
  readonly executions: ExecutionStore;
  /** For files: the code of functions. */
  readonly filesFolder: string;
  close(): void;
}

/**
 * @param folder absent: nothing is kept
 * @throws StartError if it cannot be used, or another process uses it
 */
export function openData(folder: string | undefined): CloudData {
  return folder === undefined ? openEphemeral() : openFolder(resolve(folder));
}

function openEphemeral(): CloudData {
  const filesFolder = makeProcessFolder('local-cloud');
  const [storage, executions] = [openStorage(), createMemoryStore()];
  return {
    storage,
    executions,
    filesFolder,
    close() {
      executions.close();
      storage.close();
      rmSync(filesFolder, { recursive: true, force: true });
    },
  };
}

function openFolder(folder: string): CloudData {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'EEXIST' || code === 'ENOTDIR' ? 'it is not a folder' : `${code}`;
    throw new StartError(
      'DataFolderUnusable',
      `The data folder ${folder} cannot be used (${reason}): choose another with --data DIR, or --ephemeral.`,
      error,
    );
  }
  const storage = opening(folder, () => openStorage({ file: join(folder, 'services.sqlite') }));
  try {
    const executions = opening(folder, () => createSqliteStore({ file: join(folder, 'executions.sqlite') }));
    return {
      storage,
      executions,
      filesFolder: folder,
      close() {
        executions.close();
        storage.close();
      },
    };
  } catch (error) {
    storage.close();
    throw error;
  }
}

function opening<T>(folder: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    if (!(error instanceof StorageError || error instanceof StoreError)) throw error;
    if (/(in use by|used by|another process uses)/.test(error.message)) {
      const message = `The data folder ${folder} is in use by another running local cloud: stop that one, or choose another folder with --data DIR.`;
      throw new StartError('DataFolderInUse', message, error);
    }
    const message = `The data folder ${folder} cannot be used (${error.message}): move it away to start anew, or choose another with --data DIR.`;
    throw new StartError('DataFolderUnusable', message, error);
  }
}
