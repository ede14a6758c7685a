import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ask } from '../lib/api.ts';
import { useLive } from '../lib/live.ts';
import { linkTo, setQuery } from '../lib/router.ts';
import { count } from '../lib/words.ts';
import { type Column, Rows, WIDTHS } from '../parts/rows.tsx';
import { Empty, Failure } from '../parts/states.tsx';
import { Data, Time, When } from '../parts/text.tsx';

export interface MailRow {
  readonly id: string;
  readonly from: string | null;
  readonly to: readonly string[];
  readonly subject: string;
  readonly sentAt: number;
}

interface Page {
  readonly mails: readonly MailRow[];
  readonly total: number;
  readonly recipients: readonly string[];
}

const COLUMNS: Column<MailRow>[] = [
  {
    name: 'Subject',
    share: 3,
    cell: ({ id, subject }) => (
      <a href={linkTo('mailbox', id)}>
        <Data>{subject}</Data>
      </a>
    ),
  },
  { name: 'To', share: 1.5, cell: ({ to }) => <Data>{to.join(', ')}</Data> },
  { name: 'Sent', width: WIDTHS.time, cell: ({ sentAt }) => <Time at={sentAt} /> },
  { name: '', width: WIDTHS.ago, align: 'end', cell: ({ sentAt }) => <When at={sentAt} /> },
];

/** What this cloud has mailed, newest first. */
export function MailboxView({ query }: { query: URLSearchParams }) {
  const to = query.get('to') ?? '';
  const about = query.get('about') ?? '';
  const key = JSON.stringify([to, about]);
  const [state, setState] = useState<Page & { key: string }>();
  const [error, setError] = useState<Error>();
  const current = useRef(key);
  current.current = key;
  const load = useCallback(
    (before?: string) =>
      ask<Page>('mails', { to, about, before, limit: before === undefined ? 200 : 500 }).then((page) => {
        if (current.current !== key) return;
        setError(undefined);
        setState((old) => ({
          ...page,
          key,
          mails: before !== undefined && old ? [...old.mails, ...page.mails] : page.mails,
        }));
      }, setError),
    [key],
  );
  const refresh = useCallback(() => void load(), [load]);
  useEffect(refresh, [refresh]);
  useLive(['mails'], refresh);
  const isLoading = useRef(false);
  const more = useCallback(() => {
    if (isLoading.current || !state || state.mails.length >= state.total) return;
    isLoading.current = true;
    void load(state.mails.at(-1)?.id).finally(() => {
      isLoading.current = false;
    });
  }, [state, load]);
  const mails = state?.key === key ? state.mails : undefined;
  return (
    <>
      <h1>Mailbox</h1>
      <p class="quiet">Everything that this cloud mails ends here; nothing leaves the machine.</p>
      <search class="filters">
        <label>
          To{' '}
          <input
            type="search"
            list="recipients"
            value={to}
            onInput={({ currentTarget }) => setQuery({ to: currentTarget.value })}
          />
          <datalist id="recipients">
            {state?.recipients.map((address) => (
              <option key={address} value={address} />
            ))}
          </datalist>
        </label>
        <label>
          Contains{' '}
          <input
            type="search"
            value={about}
            onInput={({ currentTarget }) => setQuery({ about: currentTarget.value })}
          />
        </label>
        {state && <span class="quiet">{count(state.total, 'mail')}</span>}
      </search>
      {error && <Failure error={error} />}
      {mails && mails.length === 0 && <Empty>{to || about ? 'No mail like that.' : 'No mail yet.'}</Empty>}
      {mails && mails.length > 0 && (
        <Rows label="Mails" columns={COLUMNS} rows={mails} total={state!.total} keyOf={({ id }) => id} onEnd={more} />
      )}
    </>
  );
}
