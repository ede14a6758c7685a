import type { Operation } from '../../aws/service.ts';
import type { ApiContext } from './api-context.ts';
import { arnResource } from './arns.ts';
import { TAGS } from './configuration.ts';
import { ARN, list, required, text, validate } from './constraints.ts';
import { noSuchResource, tooManyTags } from './errors.ts';
import { machineRecord } from './find-machine.ts';
import type { Tag } from './records.ts';

const MOST_TAGS = 50;

export const tagResource =
  (api: ApiContext): Operation =>
  (input: { resourceArn: string; tags: readonly Tag[] }) => {
    validate(input, { resourceArn: required(ARN), tags: required(TAGS) });
    checkResource(input.resourceArn, api);
    api.records.tags.put(input.resourceArn, merged(tagsOf(input.resourceArn, api), input.tags, input.resourceArn));
    return {};
  };

export const untagResource =
  (api: ApiContext): Operation =>
  (input: { resourceArn: string; tagKeys: readonly string[] }) => {
    validate(input, { resourceArn: required(ARN), tagKeys: required(list(text({ min: 1, max: 128 }), { max: 200 })) });
    checkResource(input.resourceArn, api);
    const left = tagsOf(input.resourceArn, api).filter(({ key }) => !input.tagKeys.includes(key));
    api.records.tags.put(input.resourceArn, left);
    return {};
  };

export const listTagsForResource =
  (api: ApiContext): Operation =>
  (input: { resourceArn: string }) => {
    validate(input, { resourceArn: required(ARN) });
    checkResource(input.resourceArn, api);
    return { tags: tagsOf(input.resourceArn, api) };
  };

const tagsOf = (arn: string, api: ApiContext): readonly Tag[] => api.records.tags.get(arn) ?? [];

/** A key has one value: the last one given. @throws ServiceError TooManyTags */
export function merged(before: readonly Tag[], added: readonly Tag[], arn: string): readonly Tag[] {
  const values = new Map([...before, ...added].map(({ key, value }) => [key, value ?? '']));
  if (values.size > MOST_TAGS) throw tooManyTags(arn);
  return [...values].map(([key, value]) => ({ key, value }));
}

function checkResource(arn: string, api: ApiContext): void {
  arnResource(arn, 'stateMachine', 'activity');
  if (!machineRecord(arn, api) && !api.records.activities.get(arn)) throw noSuchResource(arn);
}
