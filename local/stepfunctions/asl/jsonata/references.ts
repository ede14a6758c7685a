import { type AstNode, children, followers } from './ast.ts';

/** What an expression needs from outside. */
export interface References {
  /** Names that are read as values and not bound inside: workflow variables, `states`, functions passed as arguments. */
  readonly values: ReadonlySet<string>;
  /** Names that are called. */
  readonly functions: ReadonlySet<string>;
  /** Properties of `$states` that are read by name. */
  readonly states: ReadonlySet<string>;
  /** `$states` is also read as a whole. */
  readonly allStates: boolean;
}

/** Finds what is free in an expression: `($a := $b; $map($c, function($d) { $a + $d }))` reads b and c, and calls map. */
export function findReferences(ast: AstNode): References {
  const values = new Set<string>();
  const functions = new Set<string>();
  const states = new Set<string>();
  let allStates = false;

  const visit = (node: AstNode, bound: Set<string>): void => {
    visitItself(node, bound);
    for (const follower of followers(node)) visit(follower, bound);
  };

  const visitItself = (node: AstNode, bound: Set<string>): void => {
    switch (node.type) {
      case 'variable': {
        const name = String(node.value);
        // `$` and `$$` are the context and the root.
        if (name === '' || name === '$' || bound.has(name)) return;
        values.add(name);
        if (name === 'states') allStates = true;
        return;
      }
      case 'bind':
        visit(node.rhs!, bound);
        bound.add(String((node.lhs as AstNode).value));
        return;
      case 'block':
        visitAll(node, new Set(bound));
        return;
      case 'lambda':
        visit(node.body!, new Set([...bound, ...(node.arguments ?? []).map(({ value }) => String(value))]));
        return;
      case 'path':
        visitPath(node, new Set(bound));
        return;
      case 'function':
      case 'partial':
        for (const argument of node.arguments ?? []) visit(argument, bound);
        visitProcedure(node.procedure!, bound);
        return;
      default:
        visitAll(node, bound);
    }
  };

  const visitAll = (node: AstNode, bound: Set<string>): void => {
    for (const child of children(node)) visit(child, bound);
  };

  /** A step's `@$name` and `#$name` are known to its own filters and to the steps after it. */
  const visitPath = (path: AstNode, bound: Set<string>): void => {
    const property = bound.has('states') ? undefined : statesProperty(path);
    for (const [i, step] of path.steps!.entries()) {
      if (i > 0 || property === undefined) visitItself(step, bound);
      for (const name of [step.focus, step.index]) if (name !== undefined) bound.add(name);
      for (const follower of followers(step)) {
        if (follower.type === 'index') bound.add(String(follower.value));
        visit(follower, bound);
      }
    }
    if (property === undefined) return;
    values.add('states');
    states.add(property);
  };

  const visitProcedure = (procedure: AstNode, bound: Set<string>): void => {
    if (procedure.type !== 'variable') {
      visit(procedure, bound);
      return;
    }
    const name = String(procedure.value);
    if (!bound.has(name)) functions.add(name);
  };

  visit(ast, new Set());
  return { values, functions, states, allStates };
}

/** @returns the `name` of a path that starts with `$states.name` */
function statesProperty({ steps = [] }: AstNode): string | undefined {
  const [first, second] = steps;
  const isStates = first?.type === 'variable' && first.value === 'states' && followers(first).length === 0;
  return isStates && second?.type === 'name' ? String(second.value) : undefined;
}
