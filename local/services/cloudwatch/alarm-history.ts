import type { Caller } from '../../aws/service.ts';
import type { Clock } from '../../clock.ts';
import type { Storage } from '../../storage.ts';
import type { Alarm, AlarmState } from './alarm.ts';

export type HistoryItemType = 'ConfigurationUpdate' | 'StateUpdate' | 'Action';

export interface HistoryItem {
  readonly alarmName: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly type: HistoryItemType;
  readonly summary: string;
  /** JSON text. */
  readonly data: string;
}

export interface AlarmHistory {
  configurationUpdate(alarm: Alarm, what: 'created' | 'updated' | 'deleted'): void;
  stateUpdate(to: Alarm, from: Pick<Alarm, 'state' | 'reason' | 'reasonData'>): void;
  action(alarm: Alarm, topicArn: string): void;
  /** In order of time. */
  items(caller: Caller, alarmName?: string): HistoryItem[];
}

/** CloudWatch keeps it for 30 days. */
const KEPT = 30 * 24 * 3600_000;
const toKey = (time: number): string => String(time).padStart(15, '0');

export function createAlarmHistory(storage: Storage, clock: Clock): AlarmHistory {
  const tableOf = ({ account, region }: Caller) =>
    storage.table<HistoryItem>(`cloudwatch/history/${account}/${region}`);
  let order = 0;

  function add(alarm: Alarm, type: HistoryItemType, summary: string, data: object): void {
    const table = tableOf(alarm);
    const at = clock.now();
    const item = { alarmName: alarm.name, at, type, summary, data: JSON.stringify({ version: '1.0', ...data }) };
    table.put(`${toKey(at)}/${String(order++).padStart(9, '0')}`, item);
    for (const [key] of table.range({ lt: toKey(at - KEPT) })) table.delete(key);
  }

  return {
    configurationUpdate(alarm, what) {
      const type = { created: 'Create', updated: 'Update', deleted: 'Delete' }[what];
      add(alarm, 'ConfigurationUpdate', `Alarm "${alarm.name}" ${what}`, { type, updatedAlarm: alarm.settings });
    },
    stateUpdate(to, from) {
      add(to, 'StateUpdate', `Alarm updated from ${from.state} to ${to.state}`, {
        oldState: described(from),
        newState: described(to),
      });
    },
    action(alarm, topicArn) {
      add(alarm, 'Action', `Successfully executed action ${topicArn}`, {
        actionState: 'Succeeded',
        stateUpdateTimestamp: alarm.updatedAt,
        notificationResource: topicArn,
      });
    },
    items: (caller, alarmName) =>
      [...tableOf(caller).entries()]
        .map(([, item]) => item)
        .filter((item) => alarmName === undefined || item.alarmName === alarmName),
  };
}

const described = ({ state, reason, reasonData }: { state: AlarmState; reason: string; reasonData?: string }) => ({
  stateValue: state,
  stateReason: reason,
  ...(reasonData !== undefined && { stateReasonData: JSON.parse(reasonData) }),
});
