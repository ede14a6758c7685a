import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { refuse } from './problem.ts';
import type { Template } from './template.ts';
import { isObject, parseTemplate } from './template.ts';

/** What `serverless package` leaves behind. */
export interface PackagedService {
  readonly template: Template;
  /** The same as JSON text. */
  readonly text: string;
  readonly stackName: string;
  /** The region it was packaged for. */
  readonly region?: string;
}

const TEMPLATE = 'cloudformation-template-update-stack.json';
const STATE = 'serverless-state.json';

/**
 * @param folder usually `.serverless`
 * @throws TemplateError if there is no template, or it cannot be read
 */
export function readPackage(folder: string): PackagedService {
  const text =
    read(join(folder, TEMPLATE)) ?? refuse(folder, `there is no ${TEMPLATE}; make it with: npx serverless package`);
  const { name, stage, region } = readState(read(join(folder, STATE)));
  return {
    template: parseTemplate(text, join(folder, TEMPLATE)),
    text,
    stackName: [name ?? 'local', stage].filter(Boolean).join('-'),
    ...(region && { region }),
  };
}

/** The template holds neither the service's name nor its region. */
function readState(text: string | undefined): { name?: string; stage?: string; region?: string } {
  let state: unknown;
  try {
    state = JSON.parse(text ?? '{}');
  } catch {
    return {};
  }
  const service = isObject(state) && isObject(state.service) ? state.service : {};
  const provider = isObject(service.provider) ? service.provider : {};
  const string = (value: unknown): string | undefined =>
    typeof value === 'string' && value !== '' ? value : undefined;
  const [name, stage, region] = [string(service.service), string(provider.stage), string(provider.region)];
  return { ...(name && { name }), ...(stage && { stage }), ...(region && { region }) };
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    return refuse(path, `cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}
