import type { ApiContext } from './api-context.ts';
import { type MachineRecord, type VersionRecord, versionKey } from './records.ts';

/** Makes the machine's current revision its next version; call it in a transaction. */
export function publishVersion(
  machine: MachineRecord,
  description: string | undefined,
  api: ApiContext,
): VersionRecord {
  const number = machine.lastVersion + 1;
  const version: VersionRecord = {
    arn: `${machine.arn}:${number}`,
    machineArn: machine.arn,
    number,
    createdAt: api.clock.now(),
    configuration: machine.configuration,
    ...(description !== undefined && { description }),
    ...(machine.revisionId !== undefined && { revisionId: machine.revisionId }),
  };
  api.records.versions.put(versionKey(machine.arn, number), version);
  api.records.machines.put(machine.arn, { ...machine, lastVersion: number });
  return version;
}
