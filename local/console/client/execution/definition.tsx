import { useMemo } from 'preact/hooks';
import type { GraphNode } from '../graph/model.ts';
import { lineOf } from '../lib/json-problem.ts';
import { pretty } from '../lib/words.ts';
import { Editor } from '../parts/editor.tsx';

/** The definition that an execution runs, at the state that is chosen in the graph. */
export function Definition({
  text,
  node,
  inMap,
}: {
  text: string;
  node: GraphNode | undefined;
  /** For a child of a Distributed Map, whose graph is a part of the definition. */
  inMap: readonly (string | number)[] | null;
}) {
  const shown = useMemo(() => pretty(text), [text]);
  const at = useMemo(
    () => (node && inMap === null ? { line: lineOf(shown, node.pointer) } : undefined),
    [shown, node?.id],
  );
  return <Editor label="Definition" text={shown} rows={28} readOnly at={at} />;
}
