import type { NormalizedSchema } from '@smithy/core/schema';
import { boundsOf } from './bounds.ts';
import { type BrokenConstraint, lowerFirst, refusalWith } from './constraints.ts';
import { members } from './json-shapes.ts';
import { operationModel, requiredMembers } from './model.ts';
import type { Service } from './service.ts';

// What no operation can work with is refused before it comes to any: so none can be forgotten.

/** Adds what is wrong with a value to `broken`. */
type Check = (value: unknown, member: string, broken: BrokenConstraint[]) => void;

/**
 * Checks that required members are there and that numbers are such as the service takes.
 * @throws ServiceError as the service refuses
 */
export function checkInput(
  { name, refuse = refusalWith('ValidationException') }: Pick<Service, 'name' | 'refuse'>,
  operation: string,
  input: object,
): void {
  const model = operationModel(name, operation);
  if (!model) return;
  const broken: BrokenConstraint[] = [];
  checkOf(model.input)(input, '', broken);
  for (const [member, value] of Object.entries(input)) {
    const bounds = typeof value === 'number' && boundsOf(name, operation, member);
    if (!bounds) continue;
    const [min, max] = bounds;
    const constraint = value < min ? `greater than or equal to ${min}` : value > max && `less than or equal to ${max}`;
    if (constraint) broken.push({ member: lowerFirst(member), value, constraint: `have value ${constraint}` });
  }
  if (broken.length > 0) throw refuse(broken);
}

const NOTHING: Check = () => {};

/** By the schema of a structure: one that contains itself finds its own check here. */
const checks = new WeakMap<object, Check>();

function checkOf(schema: NormalizedSchema): Check {
  if (schema.isDocumentSchema()) return NOTHING;
  if (schema.isListSchema()) return checkList(schema);
  if (schema.isMapSchema()) return checkMap(schema);
  if (!schema.isStructSchema()) return NOTHING;
  const key = schema.getSchema() as object;
  const known = checks.get(key);
  if (known) return known;
  let check: Check = NOTHING;
  checks.set(key, (value, member, broken) => check(value, member, broken));
  check = checkStructure(schema);
  checks.set(key, check);
  return check;
}

function checkStructure(schema: NormalizedSchema): Check {
  const required = requiredMembers(schema);
  const inside = [...members(schema)].map(([name, member]) => ({
    name,
    spelled: lowerFirst(name),
    isRequired: required.includes(name),
    check: checkOf(member),
  }));
  const relevant = inside.filter(({ isRequired, check }) => isRequired || check !== NOTHING);
  if (relevant.length === 0) return NOTHING;
  return (value, path, broken) => {
    if (!isObject(value)) return;
    for (const { name, spelled, isRequired, check } of relevant) {
      const given = value[name];
      const member = path === '' ? spelled : `${path}.${spelled}`;
      if (given !== undefined && given !== null) check(given, member, broken);
      else if (isRequired) broken.push(missing(member));
    }
  };
}

function checkList(schema: NormalizedSchema): Check {
  const check = checkOf(schema.getValueSchema());
  return (value, path, broken) => {
    if (!Array.isArray(value)) return;
    for (const [index, entry] of value.entries()) {
      const member = `${path}.${index + 1}.member`;
      if (entry === null || entry === undefined) broken.push(missing(member));
      else check(entry, member, broken);
    }
  };
}

function checkMap(schema: NormalizedSchema): Check {
  const check = checkOf(schema.getValueSchema());
  if (check === NOTHING) return NOTHING;
  return (value, path, broken) => {
    if (!isObject(value)) return;
    for (const [key, entry] of Object.entries(value)) check(entry, `${path}.${key}.member`, broken);
  };
}

const missing = (member: string): BrokenConstraint => ({ member, value: null, constraint: 'not be null' });

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
