import { useEffect, useMemo, useState } from 'preact/hooks';
import { parseDefinition } from '../graph/asl.ts';
import { ErrorPaths } from '../graph/error-paths.tsx';
import { Graph } from '../graph/graph.tsx';
import { graphOf, nodesById, withoutErrorPaths } from '../graph/model.ts';
import { call } from '../lib/api.ts';
import { jsonProblem, lineOf, stepsTo } from '../lib/json-problem.ts';
import { pretty } from '../lib/words.ts';
import { ActionButton, CopyCommand } from '../parts/buttons.tsx';
import { Editor, type EditorProblem } from '../parts/editor.tsx';
import { say } from '../parts/notices.tsx';
import { Empty } from '../parts/states.tsx';
import type { Machine } from './machine-view.tsx';

interface Diagnostic {
  readonly severity: 'ERROR' | 'WARNING';
  readonly code: string;
  readonly message: string;
  /** `/States/Fulfil/Branches[0]/StartAt` */
  readonly location?: string;
}

/** The graph, and beside it the definition, which may be changed; what is wrong with it is said at its place. */
export function DefinitionTab({ machine, onSaved }: { machine: Machine; onSaved: () => void }) {
  const original = useMemo(() => pretty(machine.definition), [machine.definition]);
  const [text, setText] = useState(original);
  const [diagnostics, setDiagnostics] = useState<readonly Diagnostic[]>([]);
  const broken = jsonProblem(text);
  useEffect(() => setText(original), [original]);
  useEffect(() => {
    if (broken) return undefined;
    let isCurrent = true;
    const timer = setTimeout(async () => {
      const input = { definition: text, type: machine.type, severity: 'WARNING' };
      const answer = await call<{ diagnostics: readonly Diagnostic[] }>(
        'states',
        'ValidateStateMachineDefinition',
        input,
      );
      if (isCurrent) setDiagnostics(answer.diagnostics);
    }, 250);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [text]);
  const definition = useMemo(() => parseDefinition(text), [text]);
  const flow = useMemo(() => definition && graphOf(definition), [definition]);
  const [withErrors, setWithErrors] = useState(true);
  const drawn = useMemo(() => flow && (withErrors ? flow : withoutErrorPaths(flow, new Set())), [flow, withErrors]);
  const [selected, setSelected] = useState<string>();
  const node = flow && selected !== undefined ? nodesById(flow).get(selected) : undefined;
  const at = useMemo(() => node && { line: lineOf(text, node.pointer) }, [selected]);
  const update = { stateMachineArn: machine.stateMachineArn, definition: text };
  const problems = broken ? [broken] : diagnostics.map((each) => problemOf(text, each));
  const errors = problems.filter(({ severity }) => severity !== 'WARNING').length;
  const save = async (): Promise<void> => {
    await call('states', 'UpdateStateMachine', update);
    say('Saved as a new revision; executions that run keep the old one.');
    onSaved();
  };
  return (
    <div class="beside even">
      {flow && drawn ? (
        <Graph
          flow={drawn}
          label={`State machine ${machine.name}`}
          problems={broken ? new Map() : problemsByNode(diagnostics)}
          {...(selected !== undefined && { selected })}
          onSelect={(id) => setSelected(id === selected ? undefined : id)}
        >
          <ErrorPaths flow={flow} shown={withErrors} onChange={setWithErrors} />
        </Graph>
      ) : (
        <Empty>The graph is drawn as soon as the definition is JSON.</Empty>
      )}
      <div>
        <Editor label="Definition" text={text} onText={setText} problems={problems} rows={30} at={at} />
        {text !== original && (
          <div class="buttons end">
            <button type="button" onClick={() => setText(original)}>
              Discard changes
            </button>
            <CopyCommand call={{ service: 'states', operation: 'UpdateStateMachine', input: update }} />
            <ActionButton kind="primary" disabled={errors > 0} act={save}>
              Save as new revision
            </ActionButton>
          </div>
        )}
      </div>
    </div>
  );
}

const problemOf = (text: string, { location = '', message, severity }: Diagnostic): EditorProblem => ({
  line: lineOf(text, location),
  message,
  ...(location !== '' && { place: location }),
  severity,
});

/** `/States/Fulfil/Branches[0]/States/Pick/Next` is a problem of the nodes `Fulfil` and `Fulfil/0/Pick`. */
function problemsByNode(diagnostics: readonly Diagnostic[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const { location = '' } of diagnostics) {
    const steps = stepsTo(location);
    let id = '';
    for (let index = 0; index < steps.length; index++) {
      if (steps[index] === 'Branches') id += `/${steps[++index]}/`;
      else if (steps[index] === 'ItemProcessor' || steps[index] === 'Iterator') id += '/0/';
      else if (steps[index] === 'States' && steps[index + 1] !== undefined) {
        id += steps[++index];
        found.set(id, (found.get(id) ?? 0) + 1);
      } else break;
    }
  }
  return found;
}
