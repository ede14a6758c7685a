import { isJsonObject, type Json } from '../json.ts';
import { type AstNode, children, contains } from '../jsonata/ast.ts';
import { library } from '../jsonata/library.ts';
import { isJsonataExpression } from '../template.ts';

/** What of `$states` can be read: the result where there is one, the error output in a Catcher. */
export type StatesField = 'input' | 'context' | 'result' | 'errorOutput';

export interface Unsupported {
  /** Keys from the root of the template; indices as `[0]`. */
  readonly path: readonly string[];
  readonly message: string;
}

/**
 * What the expressions of a template refer to although it is not there: an expression has no context item, so that a bare
 * name, `$` and `$$` mean nothing, and `$states` has other members in other fields. AWS refuses such a definition.
 */
export function unsupportedReferences(template: Json, available: readonly StatesField[]): Unsupported[] {
  const found: Unsupported[] = [];
  const visit = (value: Json, path: readonly string[]): void => {
    if (isJsonataExpression(value))
      for (const message of messagesOf(value.slice(2, -2).trim(), available)) found.push({ path, message });
    else if (Array.isArray(value)) value.forEach((item, index) => void visit(item, [...path, `[${index}]`]));
    else if (isJsonObject(value)) for (const [key, item] of Object.entries(value)) visit(item, [...path, key]);
  };
  visit(template, []);
  return found;
}

function messagesOf(text: string, available: readonly StatesField[]): Set<string> {
  const messages = new Set<string>();
  const ast = library(text).ast();
  for (const name of topLevelNames(ast)) messages.add(`Reference to '${name}' at the top level is not supported.`);
  contains(ast, (node) => {
    const field = statesField(node);
    if (field !== undefined && !(available as readonly string[]).includes(field))
      messages.add(`Field '$states.${field}' does not exist.`);
    return false;
  });
  return messages;
}

/** `$states.input.x`: input */
function statesField(node: AstNode): string | undefined {
  const [first, second] = node.type === 'path' ? (node.steps ?? []) : [];
  return first?.type === 'variable' && first.value === 'states' && second?.type === 'name'
    ? String(second.value)
    : undefined;
}

/** Names that are read without anything around them: later steps of a path, filters and the bodies of functions have a context. */
function topLevelNames(node: AstNode): string[] {
  switch (node.type) {
    case 'name':
      return [String(node.value)];
    case 'wildcard':
      return ['*'];
    case 'descendant':
      return ['**'];
    case 'variable':
      return node.value === '' || node.value === '$' ? [`$${node.value}`] : [];
    case 'path':
      return node.steps?.[0] ? topLevelNames(node.steps[0]) : [];
    case 'lambda':
    case 'transform':
    case 'regex':
      return [];
    case 'function':
    case 'partial':
      return (node.arguments ?? []).flatMap(topLevelNames);
    default:
      return children(node).flatMap(topLevelNames);
  }
}
