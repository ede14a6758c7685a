import { appendFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import type { Grant } from './evaluate.ts';

/** The same for each use of one action on one resource that a role is granted; the action is in lower case. */
export const grantKey = (roleArn: string, { action, resource }: Pick<Grant, 'action' | 'resource'>): string =>
  `${roleArn} ${action} ${resource}`;

/**
 * Notes each grant that is used, once, in a file of this process: so that after many processes those are known that never are.
 * @param folder made if it is not there
 */
export function recordGrants(folder: string): (roleArn: string, grant: Grant) => void {
  mkdirSync(folder, { recursive: true });
  const known = new Set<string>();
  return (roleArn, grant) => {
    const key = grantKey(roleArn, grant);
    if (known.has(key)) return;
    known.add(key);
    appendFileSync(join(folder, `${process.pid}.txt`), `${key}\n`);
  };
}

/** What was noted in a folder, by all processes. */
export const recordedGrants = (folder: string): ReadonlySet<string> =>
  new Set(readdirSync(folder).flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n').filter(Boolean)));
