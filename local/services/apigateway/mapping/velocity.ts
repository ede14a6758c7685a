import velocity from 'velocityjs';

type Ast = ReturnType<typeof velocity.parse>;
const parsed = new Map<string, Ast>();

/** Parses a template, once. @throws Error with the place */
export function parseTemplate(template: string): Ast {
  let ast = parsed.get(template);
  if (!ast) {
    ast = velocity.parse(template);
    parsed.set(template, ast);
  }
  return ast;
}

/** Methods of java.lang.String that templates use and that JavaScript has not, or has with another meaning. */
const STRING_METHODS: Readonly<Record<string, (text: string, ...args: never[]) => unknown>> = {
  contains: (text, part: string) => text.includes(part),
  equals: (text, other: unknown) => text === other,
  equalsIgnoreCase: (text, other: string) => text.toLowerCase() === String(other).toLowerCase(),
  isEmpty: (text) => text.length === 0,
  length: (text) => text.length,
  matches: (text, pattern: string) => new RegExp(`^(?:${pattern})$`, 's').test(text),
  replace: (text, from: string, to: string) => text.split(from).join(to),
  // Java's first argument is a regular expression; its replacement knows $1 and \$.
  replaceAll: (text, pattern: string, to: string) => text.replace(new RegExp(pattern, 'g'), javaReplacement(to)),
  replaceFirst: (text, pattern: string, to: string) => text.replace(new RegExp(pattern), javaReplacement(to)),
  split: (text, pattern: string) => text.split(new RegExp(pattern)),
};

const javaReplacement = (text: string): string =>
  text.replace(/\\(.)/gs, (_, char: string) => (char === '$' ? '$$' : char));

const METHODS = Object.entries(STRING_METHODS).map(([name, method]) => ({
  uid: `java.lang.String.${name}`,
  match: ({ property, context }: { property: string; context: unknown }) =>
    property === name && typeof context === 'string',
  resolve: ({ context, params }: { context: string; params: unknown[] }) => method(context, ...(params as never[])),
}));

/**
 * Renders a mapping template.
 * @param variables may be changed by the template: `$context.responseOverride`
 */
export function renderTemplate(template: string, variables: Readonly<Record<string, unknown>>): string {
  const compiled = new velocity.Compile(parseTemplate(template), { customMethodHandlers: METHODS });
  return compiled.render({ ...variables });
}
