import type { AslFlow } from '../../local/console/client/graph/asl.ts';
import { type GraphFlow, type GraphNode, graphOf } from '../../local/console/client/graph/model.ts';

const LONGEST_LABEL = 60;

/** A state machine as a Mermaid flowchart. */
export function mermaid(definition: AslFlow): string {
  const names = createNames();
  const flow = graphOf(definition);
  const lines = ['flowchart TD', ...flowLines(flow, names, '  ')];
  if (flow.start !== undefined) lines.splice(1, 0, `  start((" ")) --> ${names(flow.start)}`);
  return lines.join('\n');
}

/** Short names for nodes, in order of appearance. */
function createNames(): (id: string) => string {
  const names = new Map<string, string>();
  return (id) => {
    const name = names.get(id) ?? `s${names.size + 1}`;
    names.set(id, name);
    return name;
  };
}

function flowLines(flow: GraphFlow, names: (id: string) => string, indent: string): string[] {
  return [
    ...flow.nodes.flatMap((node) => nodeLines(node, names, indent)),
    ...flow.edges.map(({ from, to, kind, labels }) => {
      const label = quoted(labels.join(', '));
      const arrow = kind === 'catch' ? '-.->' : '-->';
      return `${indent}${names(from)} ${arrow}${label === '""' ? '' : `|${label}|`} ${names(to)}`;
    }),
  ];
}

function nodeLines(node: GraphNode, names: (id: string) => string, indent: string): string[] {
  const name = names(node.id);
  if (node.flows.length === 0) return [`${indent}${name}${shape(node)}`];
  return [
    `${indent}subgraph ${name} [${quoted(`${node.name} (${node.type})`)}]`,
    ...node.flows.flatMap((flow) => flowLines(flow, names, `${indent}  `)),
    `${indent}end`,
  ];
}

function shape({ type, name }: GraphNode): string {
  switch (type) {
    case 'Choice':
      return `{${quoted(name)}}`;
    case 'Wait':
      return `([${quoted(name)}])`;
    case 'Succeed':
      return `(((${quoted(name)})))`;
    case 'Fail':
      return `[/${quoted(name)}/]`;
    default:
      return `[${quoted(name)}]`;
  }
}

/** Mermaid reads entities in quotes; nothing else in there means anything. */
const quoted = (text: string): string => {
  const short = text.length > LONGEST_LABEL ? `${text.slice(0, LONGEST_LABEL - 1)}…` : text;
  return `"${short.replace(/[&"<>#`]/g, (character) => `#${character.codePointAt(0)};`)}"`;
};
