import { useState } from 'preact/hooks';
import { call } from '../lib/api.ts';
import { jsonProblem } from '../lib/json-problem.ts';
import { ActionButton, CopyButton, CopyCommand } from '../parts/buttons.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Editor } from '../parts/editor.tsx';

type Answer = 'success' | 'failure';

/** A task that waits for whoever has its token: here that is the reader. */
export function TokenActions({ taskToken }: { taskToken: string }) {
  const [answer, setAnswer] = useState<Answer>();
  const close = (): void => setAnswer(undefined);
  return (
    <div class="token">
      <p class="quiet">It waits until somebody answers with its task token.</p>
      <div class="buttons">
        <button type="button" onClick={() => setAnswer('success')}>
          Send success
        </button>
        <button type="button" onClick={() => setAnswer('failure')}>
          Send failure
        </button>
        <ActionButton act={() => call('states', 'SendTaskHeartbeat', { taskToken })} done="Heartbeat sent">
          Send heartbeat
        </ActionButton>
      </div>
      <div class="buttons">
        <CopyCommand
          call={{ service: 'states', operation: 'SendTaskHeartbeat', input: { taskToken } }}
          name="Heartbeat as AWS CLI"
        />
        <CopyButton text={taskToken} label="Copy the task token">
          Copy token
        </CopyButton>
      </div>
      {answer === 'success' && <SendSuccess taskToken={taskToken} onClose={close} />}
      {answer === 'failure' && <SendFailure taskToken={taskToken} onClose={close} />}
    </div>
  );
}

function SendSuccess({ taskToken, onClose }: { taskToken: string; onClose: () => void }) {
  const [output, setOutput] = useState('{}');
  const problem = jsonProblem(output);
  const input = { taskToken, output };
  return (
    <Dialog title="Send success" onClose={onClose}>
      <Editor
        label="Output of the task (JSON)"
        text={output}
        onText={setOutput}
        problems={problem ? [problem] : []}
        rows={8}
      />
      <div class="buttons end">
        <CopyCommand call={{ service: 'states', operation: 'SendTaskSuccess', input }} />
        <ActionButton
          kind="primary"
          disabled={problem !== undefined}
          act={() => call('states', 'SendTaskSuccess', input).then(onClose)}
          done="The task succeeded"
        >
          Send success
        </ActionButton>
      </div>
    </Dialog>
  );
}

function SendFailure({ taskToken, onClose }: { taskToken: string; onClose: () => void }) {
  const [error, setError] = useState('');
  const [cause, setCause] = useState('');
  const input = { taskToken, ...(error && { error }), ...(cause && { cause }) };
  return (
    <Dialog title="Send failure" onClose={onClose}>
      <label>
        Error
        <input value={error} maxLength={256} onInput={({ currentTarget }) => setError(currentTarget.value)} />
      </label>
      <label>
        Cause
        <textarea value={cause} rows={4} onInput={({ currentTarget }) => setCause(currentTarget.value)} />
      </label>
      <div class="buttons end">
        <CopyCommand call={{ service: 'states', operation: 'SendTaskFailure', input }} />
        <ActionButton
          kind="danger"
          act={() => call('states', 'SendTaskFailure', input).then(onClose)}
          done="The task failed"
        >
          Send failure
        </ActionButton>
      </div>
    </Dialog>
  );
}
