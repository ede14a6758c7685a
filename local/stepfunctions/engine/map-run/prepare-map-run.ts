import type { Clock } from '../../../clock.ts';
import type { MapRunCall } from '../../asl/protocol.ts';
import type { Actor } from '../actor.ts';
import { mapRunArn } from '../arns.ts';
import { uuidOfSeed } from '../seeds.ts';
import type { ExecutionStore, StoredMapRun } from '../store/store.ts';
import { labelOf } from './child-identity.ts';
import { type MapRunProgress, newMapRun } from './map-run.ts';
import { mapStateAt } from './map-scope.ts';

/** For the transaction that decides on a map run: its row. */
export function prepareMapRun(
  { store, clock }: { readonly store: ExecutionStore; readonly clock: Clock },
  actor: Actor,
  call: MapRunCall,
  seed: string,
): StoredMapRun {
  const { executionArn, id, revision } = actor.description;
  const before = call.redrive === undefined ? undefined : store.mapRun(call.redrive);
  if (before) {
    const progress: MapRunProgress = { ...(before.progress as MapRunProgress), call };
    const { stoppedAt, ...kept } = before;
    return {
      ...kept,
      key: call.key,
      status: 'RUNNING',
      redriveCount: before.redriveCount + 1,
      redrivenAt: clock.now(),
      progress,
    };
  }
  const label = labelOf(mapStateAt(actor.machine, call.statePath), revision, call.statePath);
  const arn = mapRunArn(revision, label, uuidOfSeed(seed, clock.now()));
  const identity = { mapRunArn: arn, executionArn, executionId: id, stateMachineArn: revision.stateMachineArn };
  return newMapRun(identity, { call, seed, startedAt: clock.now() });
}
