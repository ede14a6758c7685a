import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { machinesPage } from '../../../scripts/diagrams/machines-page.ts';
import { mermaid } from '../../../scripts/diagrams/mermaid.ts';

const ROOT = join(import.meta.dirname, '../../..');

test('docs/machines.md shows the state machines as they are (npm run diagrams)', () => {
  expect(readFileSync(join(ROOT, 'docs/machines.md'), 'utf8')).toBe(machinesPage(join(ROOT, 'statemachines')));
});

test('names and rules mean nothing to Mermaid', () => {
  const diagram = mermaid({
    StartAt: 'A"] --> B',
    States: {
      'A"] --> B': { Type: 'Choice', Choices: [{ Condition: '{% $x > "#1" %}', Next: 'End' }], Default: 'End' },
      End: { Type: 'Succeed' },
    },
  });
  expect(diagram).toContain('s1{"A#34;] --> B"}'.replace('>', '#62;'));
  expect(diagram).toContain('s1 -->|"$x #62; #34;#35;1#34;, otherwise"| s2');
});

test('branches and iterations are drawn within their states', () => {
  const diagram = mermaid({
    StartAt: 'Both',
    States: {
      Both: {
        Type: 'Parallel',
        Branches: [
          { StartAt: 'One', States: { One: { Type: 'Pass', End: true } } },
          { StartAt: 'Two', States: { Two: { Type: 'Wait', Seconds: 1, End: true } } },
        ],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Failed' }],
        End: true,
      } as never,
      Failed: { Type: 'Fail' },
    },
  });
  expect(diagram.split('\n').map((line) => line.trim())).toEqual([
    'flowchart TD',
    'start((" ")) --> s1',
    'subgraph s1 ["Both (Parallel)"]',
    's2["One"]',
    's3(["Two"])',
    'end',
    's4[/"Failed"/]',
    's1 -.->|"any error"| s4',
  ]);
});
