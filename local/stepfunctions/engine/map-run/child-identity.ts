import { createHash } from 'node:crypto';
import type { MapState } from '../../asl/definition.ts';
import type { Revision } from '../ports.ts';

/** A UUID that is the same for the same text. */
export function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5');
}

/** The label in the ARNs of a Distributed Map: the state's own, or one that is made up for it. */
export const labelOf = (state: MapState, revision: Revision, path: readonly (string | number)[]): string =>
  state.label ?? uuidOf(`${revision.stateMachineArn} ${JSON.stringify(path)}`);

/** What the child executions of a Distributed Map run: the processor of that state, as a state machine of its own. */
export function childRevision(parent: Revision, path: readonly (string | number)[], state: MapState): Revision {
  const suffix = `/${labelOf(state, parent, path)}`;
  return {
    ...parent,
    stateMachineArn: `${parent.stateMachineArn}${suffix}`,
    name: `${parent.name}${suffix}`,
    type: state.processor.executionType,
    mapState: [...(parent.mapState ?? []), ...path],
  };
}

/**
 * The name of a child execution: known from its place alone, so that after a restart it is clear which children there are.
 * @param redrive how often the map run was redriven when an Express child was started; Standard children keep their names
 */
export const childName = (mapRunArn: string, child: number, redrive = 0): string =>
  uuidOf(`${mapRunArn} ${child} ${redrive}`);
