import { LineCounter, parseDocument } from 'yaml';

/**
 * Where in the text of a JSON document a pointer leads.
 * @returns the line, from 1; of what is missing, the line of the object or list that it is missing in
 */
export function lineOf(text: string, pointer: string): number {
  const lines = new LineCounter();
  // JSON is YAML, and this parser remembers where things stand.
  const document = parseDocument(text, { lineCounter: lines });
  const path = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true) as { range?: [number, number, number] } | undefined;
    if (node?.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}
