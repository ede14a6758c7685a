import type { NormalizedSchema } from '@smithy/core/schema';
import { members } from './json-shapes.ts';
import { ServiceError } from './service.ts';

/** `Attributes.entry.1.key=a` as a tree: one node per word between dots. */
interface Node {
  value?: string;
  readonly children: Map<string, Node>;
}

const MAX_DEPTH = 32;

/** Reads the parameters of an AWS Query request. @throws ServiceError MalformedInput */
export function fromQuery(schema: NormalizedSchema, parameters: URLSearchParams): object {
  const root: Node = { children: new Map() };
  for (const [name, value] of parameters) {
    const words = name.split('.');
    if (words.length > MAX_DEPTH)
      throw new ServiceError('MalformedInput', `The parameter ${name} is nested too deeply`);
    let node = root;
    for (const word of words) {
      const child = node.children.get(word) ?? { children: new Map() };
      node.children.set(word, child);
      node = child;
    }
    node.value = value;
  }
  return readStructure(schema, root);
}

function readStructure(schema: NormalizedSchema, node: Node): object {
  const result: Record<string, unknown> = {};
  for (const [name, member] of members(schema)) {
    const { xmlName, xmlFlattened } = member.getMergedTraits();
    const child = node.children.get((xmlFlattened && xmlName) || name) ?? node.children.get(xmlName ?? name);
    if (child) result[name] = read(member, child);
  }
  return result;
}

function read(schema: NormalizedSchema, node: Node): unknown {
  if (schema.isStructSchema()) return readStructure(schema, node);
  const { xmlFlattened } = schema.getMergedTraits();
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    const list = xmlFlattened ? node : node.children.get(item.getMergedTraits().xmlName ?? 'member');
    return inOrder(list).map((child) => read(item, child));
  }
  if (schema.isMapSchema()) {
    const keyName = schema.getKeySchema().getMergedTraits().xmlName ?? 'key';
    const item = schema.getValueSchema();
    const valueName = item.getMergedTraits().xmlName ?? 'value';
    const entries = inOrder(xmlFlattened ? node : node.children.get('entry')).map((entry) => [
      entry.children.get(keyName)?.value ?? '',
      read(item, entry.children.get(valueName) ?? { children: new Map() }),
    ]);
    return Object.fromEntries(entries);
  }
  return scalarFromText(schema, node.value ?? '');
}

function inOrder(node: Node | undefined): Node[] {
  return [...(node?.children ?? [])].sort(([a], [b]) => Number(a) - Number(b)).map(([, child]) => child);
}

/** Reads text from a query, a header or an XML element. @throws ServiceError MalformedInput */
export function scalarFromText(schema: NormalizedSchema, text: string): unknown {
  if (schema.isBooleanSchema()) return text.trim().toLowerCase() === 'true';
  if (schema.isNumericSchema()) {
    const number = Number(text);
    if (text.trim() === '' || Number.isNaN(number)) throw new ServiceError('MalformedInput', `${text} is not a number`);
    return number;
  }
  if (schema.isTimestampSchema()) {
    const date = /^-?[\d.]+$/.test(text) ? new Date(Number(text) * 1000) : new Date(text);
    if (Number.isNaN(date.getTime())) throw new ServiceError('MalformedInput', `${text} is not a timestamp`);
    return date;
  }
  if (schema.isBlobSchema()) return new Uint8Array(Buffer.from(text, 'base64'));
  return text;
}
