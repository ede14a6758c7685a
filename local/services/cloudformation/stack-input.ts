import { type Caller, type CallService, ServiceError } from '../../aws/service.ts';
import { TemplateError } from '../../template/problem.ts';
import { parseTemplate, type Template } from '../../template/template.ts';
import type { Stack, StackTag, Target } from './stack-record.ts';

/** What CreateStack, UpdateStack and CreateChangeSet have in common. */
export interface StackInput {
  readonly StackName?: string;
  readonly TemplateBody?: string;
  readonly TemplateURL?: string;
  readonly UsePreviousTemplate?: boolean;
  readonly Parameters?: readonly StackParameter[];
  readonly Tags?: readonly StackTag[];
  readonly Capabilities?: readonly string[];
}

export interface StackParameter {
  readonly ParameterKey?: string;
  readonly ParameterValue?: string;
  readonly UsePreviousValue?: boolean;
}

export const SUPPORTED = [
  'StackName',
  'TemplateBody',
  'TemplateURL',
  'UsePreviousTemplate',
  'Parameters',
  'Tags',
  'Capabilities',
];
/** Members that change nothing on one machine. */
export const ACCEPTED = ['RoleARN', 'NotificationARNs', 'ClientRequestToken', 'ClientToken', 'Description'];

export const validationError = (message: string): ServiceError => new ServiceError('ValidationError', message);

/** `https://s3.eu-central-1.amazonaws.com/bucket/key`, `https://bucket.s3.amazonaws.com/key`, or this cloud's own S3. */
const PATH_STYLE =
  /^https?:\/\/(?:s3[.-][^/]*amazonaws\.com(?:\.cn)?|127\.0\.0\.1(?::\d+)?|localhost(?::\d+)?)\/([^/]+)\/(.+)$/;
const HOST_STYLE = /^https?:\/\/([^/]+)\.s3[.-][^/]*amazonaws\.com(?:\.cn)?\/(.+)$/;

/** @throws ServiceError ValidationError */
export async function targetOf(
  input: StackInput,
  previous: Stack | undefined,
  call: CallService,
  caller: Caller,
): Promise<Target> {
  const template = input.UsePreviousTemplate && previous ? previous.template : await templateText(input, call, caller);
  const { parameters } = readTemplate(template);
  const known = previous?.parameters ?? {};
  const given = (input.Parameters ?? []).map(({ ParameterKey = '', ParameterValue, UsePreviousValue }) => {
    const value = UsePreviousValue ? known[ParameterKey] : ParameterValue;
    if (value === undefined) throw validationError(`Parameters: [${ParameterKey}] must have values`);
    return [ParameterKey, value] as const;
  });
  const unknown = given.map(([name]) => name).filter((name) => !parameters.has(name));
  if (unknown.length > 0) throw validationError(`Parameters: [${unknown.join(', ')}] do not exist in the template`);
  return {
    template,
    parameters: Object.fromEntries(given),
    tags: input.Tags ?? previous?.tags ?? [],
    capabilities: input.Capabilities ?? [],
  };
}

/** @throws ServiceError ValidationError if it is given twice or not at all, or cannot be had */
export async function templateText(
  { TemplateBody, TemplateURL }: Pick<StackInput, 'TemplateBody' | 'TemplateURL'>,
  call: CallService,
  caller: Caller,
): Promise<string> {
  if ((TemplateBody === undefined) === (TemplateURL === undefined)) {
    throw validationError('Either Template URL or Template Body must be specified.');
  }
  if (TemplateURL === undefined) return TemplateBody!;
  const [, Bucket, Key] = PATH_STYLE.exec(TemplateURL) ?? HOST_STYLE.exec(TemplateURL) ?? [];
  if (!Bucket || !Key) throw validationError('TemplateURL must be a supported URL.');
  const { Body } = await call('s3', 'GetObject', { Bucket, Key: decodeURIComponent(Key) }, caller);
  return Buffer.from(Body as Uint8Array).toString('utf8');
}

/** @throws ServiceError ValidationError naming what is wrong */
export function readTemplate(text: string): Template {
  try {
    return parseTemplate(text);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw validationError(`Template format error: ${problemsOf(error)}`);
  }
}

export const problemsOf = ({ problems }: TemplateError): string =>
  problems.map(({ location, message }) => `${location}: ${message}`).join('; ');
