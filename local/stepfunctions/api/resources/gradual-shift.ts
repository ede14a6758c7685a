import { type CallService, type Deployment, ServiceError } from '../../../aws/service.ts';
import type { Clock } from '../../../clock.ts';
import type { Storage, Table } from '../../../storage.ts';
import type { Properties } from './properties.ts';

/** One version, or the two that an alias shares its executions out to; weights are percentages. */
export type Routing = readonly { readonly stateMachineVersionArn: string; readonly weight: number }[];

export interface ShiftPorts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly call: CallService;
}

/** DeploymentPreference of an alias. */
export interface Preference {
  readonly target: string;
  /** What the new version gets at first, and with each further step. */
  readonly percentage: number;
  /** CANARY: the second step takes the rest. */
  readonly isCanary: boolean;
  readonly intervalMinutes: number;
  /** Names of alarms; one that rings takes everything back. */
  readonly alarms: readonly string[];
}

const MINUTE = 60_000;

/** See https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-stepfunctions-statemachinealias-deploymentpreference.html */
export function readPreference(preference: Properties): Preference {
  preference.only('Type', 'StateMachineVersionArn', 'Percentage', 'Interval', 'Alarms');
  const target = preference.requiredText('StateMachineVersionArn');
  const type = preference.requiredText('Type');
  const alarms = preference.texts('Alarms') ?? [];
  const [percentage, intervalMinutes] = [preference.number('Percentage'), preference.number('Interval')];
  if (type === 'ALL_AT_ONCE') return { target, percentage: 100, isCanary: false, intervalMinutes: 0, alarms };
  if (type !== 'LINEAR' && type !== 'CANARY') preference.fail(`there is no type ${type}`);
  if (percentage === undefined || percentage < 1 || percentage > 99) preference.fail('Percentage has to be 1 to 99');
  if (intervalMinutes === undefined || intervalMinutes < 1 || intervalMinutes > 2_100)
    preference.fail('Interval has to be 1 to 2100');
  return { target, percentage: percentage!, isCanary: type === 'CANARY', intervalMinutes: intervalMinutes!, alarms };
}

/**
 * Moves an alias from the version that it has to another, step by step by the cloud's clock, and back at once if an alarm
 * rings meanwhile. A deployment of the same alias ends a shift that is under way; a restart takes it up where it was.
 */
export class GradualShifts {
  readonly #ports: ShiftPorts;
  /** By the alias's ARN: what stops its shift. */
  readonly #underWay = new Map<string, () => void>();
  /** By the alias's ARN: the version that an alarm took back. The same template, at the next start, does not ask for it anew. */
  readonly #givenUp: Table<string>;

  constructor(ports: ShiftPorts) {
    this.#ports = ports;
    this.#givenUp = ports.storage.table('stepfunctions-given-up-shifts');
  }

  /**
   * @param now what the alias has; undefined: it is new, and gets the new version alone
   * @param route changes the alias
   * @returns what the alias has to have first
   */
  start(
    alias: string,
    now: Routing | undefined,
    preference: Preference,
    deployment: Deployment,
    route: (routing: Routing) => Promise<unknown>,
  ): Routing {
    this.#underWay.get(alias)?.();
    const { target, percentage } = preference;
    const before = now?.filter(({ stateMachineVersionArn }) => stateMachineVersionArn !== target) ?? [];
    const old = [...before].sort((one, other) => other.weight - one.weight)[0]?.stateMachineVersionArn;
    if (old === undefined || percentage === 100) {
      this.#givenUp.delete(alias);
      return only(target);
    }
    if (this.#givenUp.get(alias) === target) return only(old);
    const reached = now?.find(({ stateMachineVersionArn }) => stateMachineVersionArn === target)?.weight ?? percentage;
    this.#watch(alias, old, reached, preference, deployment, route);
    return shared(old, target, reached);
  }

  /** Looks every minute, as nobody can tell when an alarm will ring. */
  #watch(
    alias: string,
    old: string,
    reached: number,
    { target, percentage, isCanary, intervalMinutes, alarms }: Preference,
    deployment: Deployment,
    route: (routing: Routing) => Promise<unknown>,
  ): void {
    const { clock } = this.#ports;
    let weight = reached;
    let nextStep = clock.now() + intervalMinutes * MINUTE;
    let isOver = false;
    const look = async (): Promise<void> => {
      const rings = await this.#rings(alarms, deployment);
      if (isOver || (!rings && clock.now() < nextStep)) return;
      const next = rings ? 0 : isCanary ? 100 : Math.min(100, weight + percentage);
      await route(next === 0 ? only(old) : next === 100 ? only(target) : shared(old, target, next));
      if (rings) this.#givenUp.put(alias, target);
      weight = next;
      nextStep += intervalMinutes * MINUTE;
      if (weight === 0 || weight === 100) end();
    };
    const wait = (): void => {
      const ring = () =>
        void look()
          // Without an alias there is nothing to shift. Whatever else fails is tried again.
          .catch((error) => error instanceof ServiceError && error.code === 'ResourceNotFound' && end())
          .finally(() => !isOver && wait());
      // In the background: skipping to the next timer means a timer of an execution.
      cancel = clock.at(clock.now() + MINUTE, ring, { background: true });
    };
    const end = (): void => {
      isOver = true;
      cancel();
    };
    let cancel = (): void => {};
    wait();
    this.#underWay.set(alias, end);
  }

  async #rings(AlarmNames: readonly string[], deployment: Deployment): Promise<boolean> {
    if (AlarmNames.length === 0) return false;
    const { MetricAlarms = [] } = (await this.#ports.call(
      'monitoring',
      'DescribeAlarms',
      { AlarmNames, StateValue: 'ALARM' },
      deployment,
    )) as { MetricAlarms?: readonly unknown[] };
    return MetricAlarms.length > 0;
  }
}

const only = (stateMachineVersionArn: string): Routing => [{ stateMachineVersionArn, weight: 100 }];

const shared = (old: string, target: string, weight: number): Routing => [
  { stateMachineVersionArn: old, weight: 100 - weight },
  { stateMachineVersionArn: target, weight },
];
