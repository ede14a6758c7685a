import { type AstNode, children } from './ast.ts';

/**
 * What AWS refuses although it parses. An expression has no context item, so that a name that is not below `$states` or a
 * variable, and `$` and `$$`, read nothing. Steps after the first, filters, sort terms and groupings have a context of their
 * own, so it is only the start of each path that counts; the body of a function has the context of what is around it.
 * @returns AWS's message, or undefined
 */
export function findUnsupported(node: AstNode): string | undefined {
  switch (node.type) {
    case 'path':
      return findUnsupported(node.steps![0]!);
    case 'name':
      return topLevel(String(node.value));
    case 'variable':
      if (node.value === '$') return "Reference to '$$' is not supported.";
      return node.value === '' ? topLevel('$') : undefined;
    case 'bind':
      return findUnsupported(node.rhs!);
    case 'lambda':
      return findUnsupported(node.body!);
    case 'sort':
    case 'transform':
      return undefined;
    default:
      for (const child of children(node)) {
        const message = findUnsupported(child);
        if (message !== undefined) return message;
      }
      return undefined;
  }
}

const topLevel = (name: string): string => `Reference to '${name}' at the top level is not supported.`;
