import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { AwsCall } from '../lib/api.ts';
import { cliCommand } from '../lib/cli.ts';
import { useApplication } from './application.tsx';
import { say } from './notices.tsx';

/** @returns false if the browser does not let pages write to the clipboard */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

export function CopyButton({ text, label, children }: { text: string; label: string; children?: ComponentChildren }) {
  const [isDone, setDone] = useState(false);
  const onClick = async (): Promise<void> => {
    if (!(await copy(text))) return say('The browser did not allow copying.', 'bad');
    setDone(true);
    setTimeout(() => setDone(false), 1_500);
  };
  return (
    <button
      type="button"
      class="quiet small copy"
      onClick={onClick}
      aria-label={children ? undefined : label}
      title={label}
    >
      {isDone ? 'Copied' : (children ?? 'Copy')}
    </button>
  );
}

/** The same thing for a shell. */
export function CopyCommand({ call, name = 'Copy as AWS CLI' }: { call: AwsCall; name?: string }) {
  const { awsUrl, region } = useApplication();
  return (
    <CopyButton text={cliCommand(call, awsUrl, region)} label={`${name} command`}>
      {name}
    </CopyButton>
  );
}

/** A button for something that takes a while and may be refused. */
export function ActionButton({
  act,
  done,
  children,
  kind = '',
  disabled = false,
}: {
  act: () => Promise<unknown>;
  /** Said when it has happened. */
  done?: string;
  children: ComponentChildren;
  kind?: string;
  disabled?: boolean;
}) {
  const [isBusy, setBusy] = useState(false);
  const onClick = async (): Promise<void> => {
    setBusy(true);
    try {
      await act();
      if (done !== undefined) say(done);
    } catch (error) {
      say((error as Error).message, 'bad');
    } finally {
      setBusy(false);
    }
  };
  return (
    <button type="button" class={kind} disabled={disabled || isBusy} aria-busy={isBusy} onClick={onClick}>
      {children}
    </button>
  );
}
