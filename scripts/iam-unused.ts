// npm run iam:unused: what roles are granted but nothing used, in the demo and in the end-to-end tests.
// Runs both with every use of a grant noted, then compares with the roles of the packaged template.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { type Cloud, startCloud } from '../local/cloud.ts';
import { grantKey, recordedGrants } from '../local/iam/grant-usage.ts';
import { parsePolicy } from '../local/iam/policy.ts';
import { explain, type Granted } from './iam/explained.ts';
import { noOptions } from './script-options.ts';

noOptions('iam:unused');

const ROOT = join(import.meta.dirname, '..');
const RUNS = [['scripts/demo.ts'], ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', 'tests/e2e']];

interface GrantedOnce extends Granted {
  readonly key: string;
}

const usage = mkdtempSync(join(tmpdir(), 'countersign-iam-'));
try {
  for (const command of RUNS) {
    const { status } = spawnSync(process.execPath, command, {
      cwd: ROOT,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, IAM_USAGE: usage },
    });
    if (status !== 0) console.log(`${command.at(-1)} failed: what it did not get to counts as not used.`);
  }
  const cloud = await startCloud({ packageFolder: join(ROOT, '.serverless') });
  const used = recordedGrants(usage);
  const unused = (await grantsOf(cloud)).filter(({ key }) => !used.has(key));
  await cloud.close();
  process.exitCode = tell(unused) ? 0 : 1;
} finally {
  rmSync(usage, { recursive: true, force: true });
}

/** Every action on every resource that a role of the template is granted. */
async function grantsOf({ call, account, region }: Cloud): Promise<GrantedOnce[]> {
  const iam = (operation: string, input: object) => call('iam', operation, input, { account, region });
  const grants: GrantedOnce[] = [];
  const { Roles } = (await iam('ListRoles', { MaxItems: 1_000 })) as { Roles: { RoleName: string; Arn: string }[] };
  for (const { RoleName, Arn } of Roles) {
    const { PolicyNames } = (await iam('ListRolePolicies', { RoleName, MaxItems: 1_000 })) as { PolicyNames: string[] };
    for (const PolicyName of PolicyNames) {
      const { PolicyDocument } = (await iam('GetRolePolicy', { RoleName, PolicyName })) as { PolicyDocument: string };
      for (const { effect, actions, resources } of parsePolicy(decodeURIComponent(PolicyDocument))) {
        if (effect === 'Deny') continue;
        for (const action of actions.patterns) {
          for (const resource of resources.patterns)
            grants.push({ role: RoleName, action, resource, key: grantKey(Arn, { action, resource }) });
        }
      }
    }
  }
  return grants;
}

/** @returns whether everything that was not used is explained */
function tell(unused: readonly GrantedOnce[]): boolean {
  const reasons = new Set(unused.flatMap((grant) => explain(grant) ?? []));
  for (const why of reasons) {
    console.log(`\nNot used, since ${why}:`);
    for (const grant of unused.filter((each) => explain(each) === why)) print(grant);
  }
  const unexplained = unused.filter((grant) => explain(grant) === undefined);
  console.log(unexplained.length === 0 ? '\nEverything else that is granted was used.' : '\nGranted but never used:');
  for (const grant of unexplained) print(grant);
  return unexplained.length === 0;
}

function print({ role, action, resource }: Granted): void {
  console.log(`  ${role}  ${action}  ${resource}`);
}
