import { useState } from 'preact/hooks';
import { call } from '../lib/api.ts';
import { jsonProblem } from '../lib/json-problem.ts';
import { linkTo, navigate } from '../lib/router.ts';
import { pretty } from '../lib/words.ts';
import { ActionButton, CopyCommand } from '../parts/buttons.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Editor } from '../parts/editor.tsx';

interface StartProps {
  readonly stateMachineArn: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  /** JSON text to begin with. */
  readonly input?: string;
  readonly onClose: () => void;
}

/** Starts an execution and goes to it. */
export function StartDialog({ stateMachineArn, type, input = '{}', onClose }: StartProps) {
  const [name, setName] = useState('');
  const [text, setText] = useState(pretty(input));
  const problem = jsonProblem(text);
  const request = { stateMachineArn, ...(name && { name }), input: text };
  const start = async (): Promise<void> => {
    const { executionArn } = await call<{ executionArn: string }>('states', 'StartExecution', request);
    onClose();
    navigate(linkTo('executions', executionArn));
  };
  return (
    <Dialog title={type === 'EXPRESS' ? 'Start an Express execution' : 'Start an execution'} onClose={onClose} wide>
      <label>
        Name (optional)
        <input value={name} maxLength={80} onInput={({ currentTarget }) => setName(currentTarget.value)} />
      </label>
      <Editor label="Input (JSON)" text={text} onText={setText} problems={problem ? [problem] : []} rows={16} />
      <div class="buttons end">
        <CopyCommand call={{ service: 'states', operation: 'StartExecution', input: request }} />
        <ActionButton kind="primary" disabled={problem !== undefined} act={start} done="Started">
          Start
        </ActionButton>
      </div>
    </Dialog>
  );
}
