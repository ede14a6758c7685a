import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { AslFlow } from '../../local/console/client/graph/asl.ts';
import { mermaid } from './mermaid.ts';

const END = '.asl.json';

/** The text of docs/machines.md. @param folder with the definitions */
export function machinesPage(folder: string): string {
  const machines = globSync(`*${END}`, { cwd: folder })
    .sort()
    .map((file) => {
      const definition = JSON.parse(readFileSync(join(folder, file), 'utf8')) as AslFlow;
      return `## ${basename(file, END)}

${definition.Comment ?? ''}

\`\`\`mermaid
${mermaid(definition)}
\`\`\`
`;
    });
  return `# State machines

Drawn from \`statemachines/*.asl.json\` by \`npm run diagrams\`; a test compares. Dotted lines are taken after errors. The
console shows the same graphs with the path of an execution in them.

${machines.join('\n')}`;
}
