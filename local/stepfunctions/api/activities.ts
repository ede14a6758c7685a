import { isDeepStrictEqual } from 'node:util';
import type { Operation } from '../../aws/service.ts';
import type { Storage } from '../../storage.ts';
import type { ApiContext } from './api-context.ts';
import { activityArn, arnResource, checkName } from './arns.ts';
import { ENCRYPTION, encryptionOf, TAGS } from './configuration.ts';
import { ARN, NAME, PAGE, required, validate } from './constraints.ts';
import { activityExists, noSuchActivity } from './errors.ts';
import { date, page } from './paging.ts';
import { type ActivityRecord, type EncryptionRecord, records, type Tag } from './records.ts';
import { merged } from './tags.ts';

interface CreateInput {
  readonly name: string;
  readonly tags?: readonly Tag[];
  readonly encryptionConfiguration?: EncryptionRecord;
}

/** Creating it again gives the one that is there; tags do not count, nor do they take effect. */
export const createActivity =
  (api: ApiContext): Operation =>
  (input: CreateInput, caller) => {
    validate(input, { name: required(NAME), tags: TAGS, encryptionConfiguration: ENCRYPTION });
    checkName(input.name);
    const arn = activityArn(caller, input.name);
    const encryption = encryptionOf(input.encryptionConfiguration);
    const existing = api.records.activities.get(arn);
    if (existing && !isDeepStrictEqual(existing.encryption, encryption)) throw activityExists(arn);
    const activity = existing ?? { arn, name: input.name, createdAt: api.clock.now(), encryption };
    if (!existing) {
      const tags = merged([], input.tags ?? [], arn);
      api.storage.transaction(() => {
        api.records.activities.put(arn, activity);
        if (tags.length > 0) api.records.tags.put(arn, tags);
      });
    }
    return { activityArn: arn, creationDate: date(activity.createdAt) };
  };

export const describeActivity =
  (api: ApiContext): Operation =>
  (input: { activityArn: string }) => {
    validate(input, { activityArn: required(ARN) });
    const { arn, name, createdAt, encryption } = findActivity(input.activityArn, api);
    return { activityArn: arn, name, creationDate: date(createdAt), encryptionConfiguration: encryption };
  };

export const deleteActivity =
  (api: ApiContext): Operation =>
  (input: { activityArn: string }) => {
    validate(input, { activityArn: required(ARN) });
    arnResource(input.activityArn, 'activity');
    api.storage.transaction(() => {
      api.records.activities.delete(input.activityArn);
      api.records.tags.delete(input.activityArn);
    });
    return {};
  };

export const listActivities =
  (api: ApiContext): Operation =>
  (input: { maxResults?: number; nextToken?: string }, caller) => {
    validate(input, PAGE);
    const all = [...api.records.activities.entries(`arn:aws:states:${caller.region}:${caller.account}:`)].map(
      ([, activity]) => activity,
    );
    const { items, nextToken } = page(all, input);
    const activities = items.map(({ arn, name, createdAt }) => ({
      activityArn: arn,
      name,
      creationDate: date(createdAt),
    }));
    return { activities, ...(nextToken !== undefined && { nextToken }) };
  };

/** Waits for a task up to a minute; an answer without a token says that there was none. */
export const getActivityTask =
  (api: ApiContext): Operation =>
  async (input: { activityArn: string; workerName?: string }, caller) => {
    validate(input, { activityArn: required(ARN), workerName: NAME });
    const { arn } = findActivity(input.activityArn, api);
    return (await api.engine.activityTask(arn, input.workerName, caller.signal)) ?? {};
  };

function findActivity(arn: string, api: ApiContext): ActivityRecord {
  arnResource(arn, 'activity');
  const activity = api.records.activities.get(arn);
  if (!activity) throw noSuchActivity(arn);
  return activity;
}

/** For the engine: whether tasks can be scheduled for an activity. */
export function activityRegistry(storage: Storage): (activityArn: string) => boolean {
  const { activities } = records(storage);
  return (activityArn) => activities.get(activityArn) !== undefined;
}
