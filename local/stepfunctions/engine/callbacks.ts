import { scopeOfKey } from '../asl/execution.ts';
import type { Json } from '../asl/json.ts';
import type { Actor } from './actor.ts';
import { invalidToken, taskTimedOut } from './errors.ts';
import type { Happening, Runtime } from './runtime.ts';
import type { ExecutionStore } from './store/store.ts';

/** Whether the text can be a token that this engine once gave out. */
export type IsTaskToken = (text: string) => boolean;

/** SendTaskSuccess, SendTaskFailure and SendTaskHeartbeat. Each resolves when it is durable. */
export function createCallbacks(store: ExecutionStore, runtime: Runtime, isTaskToken: IsTaskToken) {
  /** @throws ServiceError TaskTimedOut: the task is over; InvalidToken: there never was one */
  function find(taskToken: string): { actor: Actor; key: string } {
    runtime.assertRunning();
    const owner = store.tokenOwner(taskToken);
    if (!owner) throw isTaskToken(taskToken) ? taskTimedOut() : invalidToken();
    const actor = runtime.load(owner.executionArn);
    // The store does not know yet what was decided in this turn.
    const phase = actor?.description.status === 'RUNNING' ? scopeOfKey(actor.execution, owner.key)?.phase : undefined;
    // The first callback counts, even if it came before the call it belongs to was answered.
    if (!actor || phase?.type !== 'calling' || phase.early) throw taskTimedOut();
    return { actor, key: owner.key };
  }

  async function send(taskToken: string, happening: (key: string) => Happening): Promise<void> {
    const { actor, key } = find(taskToken);
    await runtime.deliver(actor, happening(key));
  }

  return {
    succeeded: (taskToken: string, output: string): Promise<void> =>
      send(taskToken, (key) => ({ type: 'succeeded', key, output: JSON.parse(output) as Json })),
    failed: (taskToken: string, { error, cause }: { error?: string; cause?: string }): Promise<void> =>
      send(taskToken, (key) => ({ type: 'failed', key, error, cause })),
    heartbeat: (taskToken: string): Promise<void> => send(taskToken, (key) => ({ type: 'heartbeat', key })),
  };
}
