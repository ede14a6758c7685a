import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { CloudFormationTemplate } from '../../../infra/plugin/serverless-host.ts';

const FILE = new URL('../../../infra/pipeline.yml', import.meta.url);

const TAGS = [
  { tag: '!Ref', resolve: (name: string) => ({ Ref: name }) },
  { tag: '!Sub', resolve: (text: string) => ({ 'Fn::Sub': text }) },
  { tag: '!GetAtt', resolve: (text: string) => ({ 'Fn::GetAtt': text.split('.') }) },
];

export const pipelineText = (): string => readFileSync(FILE, 'utf8');

export const pipelineTemplate = (): CloudFormationTemplate => parse(pipelineText(), { customTags: TAGS });

export interface Action {
  readonly Name: string;
  readonly ActionTypeId: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: each provider has its own.
  readonly Configuration: any;
  readonly RoleArn: unknown;
}

export const pipelineActions = (): readonly Action[] => {
  const { Stages = [] } = (pipelineTemplate().Resources.Pipeline?.Properties ?? {}) as {
    Stages?: { Actions: Action[] }[];
  };
  return Stages.flatMap(({ Actions }) => Actions);
};

/** What CodePipeline sends to the sign-off: the literal of the action, with the variables of the stack and of the run filled in. */
export function signOffInput(requestedBy: string, versionId: string): string {
  const action = pipelineActions().find(({ Name }) => Name === 'Sign-off');
  const values: Readonly<Record<string, string>> = {
    '${SourceBucket}': 'countersign-releases-source',
    '${RequestedBy}': requestedBy,
    '#{Archive.VersionId}': versionId,
    '#{codepipeline.PipelineExecutionId}': '1624a1d1-3699-43f0-8e1e-6bafd7fde791',
  };
  const literal = String(action?.Configuration.Input['Fn::Sub']);
  return literal.replace(/[$#]\{[^}]+\}/g, (name) => {
    const value = values[name];
    if (value === undefined) throw new Error(`the test knows no value of ${name}`);
    return value;
  });
}
