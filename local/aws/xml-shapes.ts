import type { NormalizedSchema } from '@smithy/core/schema';
import { XMLParser } from 'fast-xml-parser';
import { members } from './json-shapes.ts';
import { scalarFromText } from './query-shapes.ts';
import { ServiceError } from './service.ts';

/** Writes a value as an XML element. Members that travel in headers are left out. */
export function toXml(schema: NormalizedSchema, value: unknown, name: string, namespace?: string): string {
  const attributes = namespace ? ` xmlns="${namespace}"` : '';
  return `<${name}${attributes}>${content(schema, value)}</${name}>`;
}

function content(schema: NormalizedSchema, value: unknown): string {
  if (schema.isStructSchema() || schema.isUnitSchema())
    return structureContent(schema, value as Record<string, unknown>);
  if (schema.isListSchema()) return listContent(schema, value as unknown[], itemName(schema));
  if (schema.isMapSchema()) return mapContent(schema, value as Record<string, unknown>, 'entry');
  return escapeXml(scalarToText(schema, value));
}

function structureContent(schema: NormalizedSchema, value: Record<string, unknown>): string {
  let xml = '';
  for (const [name, member] of members(schema)) {
    const item = value[name];
    const traits = member.getMergedTraits();
    if (item === undefined || item === null || traits.httpHeader || traits.httpPrefixHeaders || traits.httpResponseCode)
      continue;
    const element = traits.xmlName ?? name;
    if (traits.xmlFlattened && member.isListSchema()) xml += listContent(member, item as unknown[], element);
    else if (traits.xmlFlattened && member.isMapSchema())
      xml += mapContent(member, item as Record<string, unknown>, element);
    else xml += `<${element}>${content(member, item)}</${element}>`;
  }
  return xml;
}

const itemName = (schema: NormalizedSchema): string => schema.getValueSchema().getMergedTraits().xmlName ?? 'member';

function listContent(schema: NormalizedSchema, list: unknown[], element: string): string {
  const item = schema.getValueSchema();
  return list.map((entry) => `<${element}>${content(item, entry)}</${element}>`).join('');
}

function mapContent(schema: NormalizedSchema, map: Record<string, unknown>, element: string): string {
  const key = schema.getKeySchema().getMergedTraits().xmlName ?? 'key';
  const item = schema.getValueSchema();
  const value = item.getMergedTraits().xmlName ?? 'value';
  const entries = Object.entries(map).filter(([, entry]) => entry !== undefined);
  return entries
    .map(
      ([name, entry]) =>
        `<${element}><${key}>${escapeXml(name)}</${key}><${value}>${content(item, entry)}</${value}></${element}>`,
    )
    .join('');
}

const HTTP_DATE = 6;
const EPOCH_SECONDS = 7;

/** Text for an XML element or, with `inHeader`, for a header. */
export function scalarToText(schema: NormalizedSchema, value: unknown, inHeader = false): string {
  if (value instanceof Date) {
    const format = schema.getSchema();
    if (format === EPOCH_SECONDS) return String(value.getTime() / 1000);
    return format === HTTP_DATE || (inHeader && format === 4) ? value.toUTCString() : value.toISOString();
  }
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return String(value);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
};

/** Characters that XML cannot carry at all become U+FFFD. */
export const escapeXml = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters it is about.
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"\r]/g, (character) => ENTITIES[character]!);

const parser = new XMLParser({
  ignoreAttributes: true,
  removeNSPrefix: true,
  parseTagValue: false,
  trimValues: false,
  alwaysCreateTextNode: true,
});

interface Element {
  readonly '#text'?: string;
  readonly [name: string]: Element | Element[] | string | undefined;
}

/** Reads an XML document, whatever its root is called. @throws ServiceError MalformedXML */
export function fromXml(schema: NormalizedSchema, xml: string): unknown {
  const malformed = () =>
    new ServiceError(
      'MalformedXML',
      'The XML you provided was not well-formed or did not validate against our published schema',
    );
  if (/<!(DOCTYPE|ENTITY)/i.test(xml)) throw malformed();
  let document: Record<string, unknown>;
  try {
    document = parser.parse(xml, true);
  } catch {
    throw malformed();
  }
  const root = Object.entries(document).find(([name]) => !name.startsWith('?') && name !== '#text')?.[1];
  if (typeof root !== 'object' || root === null) throw malformed();
  return read(schema, root as Element);
}

function read(schema: NormalizedSchema, element: Element): unknown {
  if (schema.isStructSchema() || schema.isUnitSchema()) {
    const result: Record<string, unknown> = {};
    for (const [name, member] of members(schema)) {
      const { xmlName, xmlFlattened } = member.getMergedTraits();
      const found = children(element, xmlName ?? name);
      if (found.length === 0) continue;
      if (member.isListSchema()) {
        const item = member.getValueSchema();
        const items = xmlFlattened ? found : found.flatMap((list) => children(list, itemName(member)));
        result[name] = items.map((child) => read(item, child));
      } else result[name] = read(member, found[0]!);
    }
    return result;
  }
  if (schema.isListSchema())
    return children(element, itemName(schema)).map((child) => read(schema.getValueSchema(), child));
  return scalarFromText(schema, element['#text'] ?? '');
}

function children(element: Element, name: string): Element[] {
  const found = Object.hasOwn(element, name) ? element[name] : undefined;
  if (found === undefined) return [];
  return (Array.isArray(found) ? found : [found]) as Element[];
}
