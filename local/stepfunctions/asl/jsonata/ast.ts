/** A node of jsonata's syntax tree, as far as it is read here. */
export interface AstNode {
  readonly type: string;
  /** A name, an operator or a literal, depending on the type. */
  readonly value?: unknown;
  readonly position?: number;
  /** The keys and values of an object constructor, or the left side of an operator. */
  readonly lhs?: AstNode | readonly (readonly AstNode[])[];
  readonly rhs?: AstNode;
  readonly expression?: AstNode;
  readonly expressions?: readonly AstNode[];
  readonly steps?: readonly AstNode[];
  /** Filters in brackets; on a step of a path they are called stages. */
  readonly predicate?: readonly AstNode[];
  readonly stages?: readonly AstNode[];
  readonly expr?: AstNode;
  readonly terms?: readonly AstNode[];
  readonly group?: AstNode;
  readonly condition?: AstNode;
  readonly then?: AstNode;
  readonly else?: AstNode;
  readonly procedure?: AstNode;
  readonly arguments?: readonly AstNode[];
  readonly body?: AstNode;
  readonly pattern?: AstNode;
  readonly update?: AstNode;
  readonly delete?: AstNode;
  /** `@$name` and `#$name` of a step. */
  readonly focus?: string;
  readonly index?: string;
}

const CHILDREN = [
  'lhs',
  'rhs',
  'expression',
  'expressions',
  'steps',
  'expr',
  'terms',
  'condition',
  'then',
  'else',
  'procedure',
  'arguments',
  'body',
  'pattern',
  'update',
  'delete',
] as const;

/** The nodes directly below, but for `predicate`, `stages` and `group`, which come after the node itself. */
export const children = (node: AstNode): AstNode[] => CHILDREN.flatMap((key) => nodes(node[key]));

/** What applies to the value of the node. */
export const followers = (node: AstNode): AstNode[] => [
  ...(node.predicate ?? []),
  ...(node.stages ?? []),
  ...(node.group ? [node.group] : []),
];

const nodes = (value: unknown): AstNode[] => {
  if (Array.isArray(value)) return value.flatMap(nodes);
  return typeof value === 'object' && value !== null ? [value as AstNode] : [];
};

/** @returns whether the node or one below it satisfies the test */
export const contains = (node: AstNode, test: (node: AstNode) => boolean): boolean =>
  test(node) || [...children(node), ...followers(node)].some((child) => contains(child, test));

/** How deep evaluating the node nests. */
export const depth = (node: AstNode): number =>
  1 + Math.max(0, ...[...children(node), ...followers(node)].map((child) => depth(child)));
