import { isJsonObject, type Json } from '../json.ts';
import { type AstNode, contains } from '../jsonata/ast.ts';
import { library } from '../jsonata/library.ts';
import { remembered } from '../jsonata/remembered.ts';
import { isJsonataExpression } from '../template.ts';

/** What of `$states` can be read: the result where there is one, the error output in a Catcher. */
export type StatesField = 'input' | 'context' | 'result' | 'errorOutput';

export interface Unsupported {
  /** Keys from the root of the template; indices as `[0]`. */
  readonly path: readonly string[];
  readonly message: string;
}

/**
 * The members of `$states` that the expressions of a template refer to although they are not there: which are depends on the
 * field. AWS refuses such a definition. (Names that are nowhere there, such as `$$`, do not compile.)
 */
export const unsupportedReferences = (template: Json, available: readonly StatesField[]): Unsupported[] =>
  textsOf(template).flatMap(({ text, path }) =>
    isJsonataExpression(text)
      ? messagesOf(text.slice(2, -2).trim(), available).map((message) => ({ path, message }))
      : [],
  );

/** Texts that only begin, or only end, like an expression: AWS takes them for mistakes, not for text. */
export const unclosedExpressions = (template: Json): Unsupported[] =>
  textsOf(template)
    .filter(({ text }) => (text.startsWith('{%') || text.endsWith('%}')) && !isJsonataExpression(text))
    .map(({ path }) => ({ path, message: "A JSONata expression has to begin with '{%' and to end with '%}'" }));

/** All texts of a template, but for the keys. */
function textsOf(
  value: Json,
  path: readonly string[] = [],
): { readonly text: string; readonly path: readonly string[] }[] {
  if (typeof value === 'string') return [{ text: value, path }];
  if (Array.isArray(value)) return value.flatMap((item, index) => textsOf(item, [...path, `[${index}]`]));
  return isJsonObject(value) ? Object.entries(value).flatMap(([key, item]) => textsOf(item, [...path, key])) : [];
}

const messagesOf = (text: string, available: readonly StatesField[]): string[] =>
  statesFields(text)
    .filter((field) => !(available as readonly string[]).includes(field))
    .map((field) => `Field '$states.${field}' does not exist.`);

/** The members of `$states` that an expression refers to, each once. */
const statesFields = remembered((text): readonly string[] => {
  const fields = new Set<string>();
  contains(library(text).ast(), (node) => {
    const field = statesField(node);
    if (field !== undefined) fields.add(field);
    return false;
  });
  return [...fields];
});

/** `$states.input.x`: input */
function statesField(node: AstNode): string | undefined {
  const [first, second] = node.type === 'path' ? (node.steps ?? []) : [];
  return first?.type === 'variable' && first.value === 'states' && second?.type === 'name'
    ? String(second.value)
    : undefined;
}
