// npm run diagrams: writes docs/machines.md, with a diagram of each state machine.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { machinesPage } from './diagrams/machines-page.ts';
import { noOptions } from './script-options.ts';

noOptions('diagrams');

const ROOT = join(import.meta.dirname, '..');

writeFileSync(join(ROOT, 'docs/machines.md'), machinesPage(join(ROOT, 'statemachines')));
