import { useState } from 'preact/hooks';
import { call } from '../lib/api.ts';
import { ActionButton, CopyCommand } from '../parts/buttons.tsx';
import { Dialog } from '../parts/dialog.tsx';
import type { Execution } from './load-execution.ts';
import { StartDialog } from './start-dialog.tsx';

/** What can be done with an execution. */
export function ExecutionActions({ execution }: { execution: Execution }) {
  const [open, setOpen] = useState<'stop' | 'redrive' | 'start'>();
  const { executionArn, status, type, stateMachineArn, input, mapRunArn } = execution;
  const isRunning = status === 'RUNNING';
  const canRedrive = type === 'STANDARD' && !isRunning && status !== 'SUCCEEDED' && mapRunArn === null;
  return (
    <div class="buttons">
      {isRunning && type === 'STANDARD' && (
        <button type="button" class="danger" onClick={() => setOpen('stop')}>
          Stop
        </button>
      )}
      {canRedrive && (
        <button type="button" onClick={() => setOpen('redrive')}>
          Redrive
        </button>
      )}
      {mapRunArn === null && (
        <button type="button" onClick={() => setOpen('start')}>
          Start again
        </button>
      )}
      <CopyCommand call={{ service: 'states', operation: 'DescribeExecution', input: { executionArn } }} />
      {open === 'stop' && <StopDialog executionArn={executionArn} onClose={() => setOpen(undefined)} />}
      {open === 'redrive' && <RedriveDialog executionArn={executionArn} onClose={() => setOpen(undefined)} />}
      {open === 'start' && (
        <StartDialog stateMachineArn={stateMachineArn} type={type} input={input} onClose={() => setOpen(undefined)} />
      )}
    </div>
  );
}

function RedriveDialog({ executionArn, onClose }: { executionArn: string; onClose: () => void }) {
  const input = { executionArn };
  return (
    <Dialog title="Redrive the execution" onClose={onClose}>
      <p>It goes on in the states that did not succeed, with their input of then. What succeeded is not done again.</p>
      <div class="buttons end">
        <CopyCommand call={{ service: 'states', operation: 'RedriveExecution', input }} />
        <ActionButton
          kind="primary"
          act={() => call('states', 'RedriveExecution', input).then(onClose)}
          done="The execution goes on"
        >
          Redrive
        </ActionButton>
      </div>
    </Dialog>
  );
}

function StopDialog({ executionArn, onClose }: { executionArn: string; onClose: () => void }) {
  const [error, setError] = useState('');
  const [cause, setCause] = useState('');
  const input = { executionArn, ...(error && { error }), ...(cause && { cause }) };
  return (
    <Dialog title="Stop the execution" onClose={onClose}>
      <p>It ends as aborted. What it has done is not undone.</p>
      <label>
        Error (optional)
        <input value={error} maxLength={256} onInput={({ currentTarget }) => setError(currentTarget.value)} />
      </label>
      <label>
        Cause (optional)
        <textarea value={cause} rows={3} onInput={({ currentTarget }) => setCause(currentTarget.value)} />
      </label>
      <div class="buttons end">
        <CopyCommand call={{ service: 'states', operation: 'StopExecution', input }} />
        <ActionButton kind="danger" act={() => call('states', 'StopExecution', input).then(onClose)} done="Stopped">
          Stop
        </ActionButton>
      </div>
    </Dialog>
  );
}
