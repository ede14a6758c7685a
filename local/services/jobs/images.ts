import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

/** What a container image is on one machine: a folder with a program. */
export interface Image {
  readonly folder: string;
  /** Runs the program; the container's command follows as arguments. */
  readonly entryPoint: readonly string[];
}

/** The local registry of container images. */
export interface Images {
  /** @returns undefined if there is no such image here */
  find(image: string): Image | undefined;
  /** What a service says of an image that cannot be had, and what to do about it. */
  missing(image: string): string;
}

const ENTRY_POINT = 'entrypoint.mjs';

/**
 * @param folder has a folder for each image, named after the last part of the image's name without tag:
 * `123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop/ledger:7` is `ledger/`, and its program `ledger/entrypoint.mjs`
 */
export function createImages(folder: string | undefined): Images {
  return {
    find(image) {
      const name = nameOf(image);
      if (folder === undefined || name === undefined || !existsSync(join(folder, name, ENTRY_POINT))) return undefined;
      return { folder: join(folder, name), entryPoint: [process.execPath, ENTRY_POINT] };
    },
    missing(image) {
      const program = join(folder ?? '<images folder>', nameOf(image) ?? '<name>', ENTRY_POINT);
      return `CannotPullContainerError: there is no local image ${image}; its program would be ${program}`;
    },
  };
}

const nameOf = (image: string): string | undefined =>
  /(?:^|\/)([a-z0-9][a-z0-9._-]*)(?::[\w.-]+)?(?:@[\w:]+)?$/.exec(image)?.[1];
