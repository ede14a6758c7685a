import { useState } from 'preact/hooks';
import { ask } from '../lib/api.ts';
import { useLoad } from '../lib/load.ts';
import { Show } from '../parts/states.tsx';
import { Data, Fact, Facts, Time, WithLinks } from '../parts/text.tsx';

interface Mail {
  readonly id: string;
  readonly from?: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  readonly sentAt: number;
}

/** A mail as its reader sees it. */
export function MailView({ id }: { id: string }) {
  const mail = useLoad(id, () => ask<Mail>('mail', { id }));
  return (
    <>
      <p class="crumbs">
        <a href="/_local/mailbox">Mailbox</a>
      </p>
      <Show of={mail} heading="Mail">
        {(value) => <Shown {...value} />}
      </Show>
    </>
  );
}

type Form = 'html' | 'text' | 'headers';
const NAMES: Readonly<Record<Form, string>> = { html: 'HTML', text: 'Text', headers: 'Headers' };

function Shown({ id, from, to, subject, text, html, sentAt }: Mail) {
  const forms: readonly Form[] = html === undefined ? ['text', 'headers'] : ['html', 'text', 'headers'];
  const [form, setForm] = useState(forms[0]!);
  return (
    <article class="mail">
      <h1>
        <Data>{subject}</Data>
      </h1>
      <Facts>
        {from !== undefined && (
          <Fact name="From">
            <Data>{from}</Data>
          </Fact>
        )}
        <Fact name="To">
          <Data>{to.join(', ')}</Data>
        </Fact>
        <Fact name="Sent">
          <Time at={sentAt} />
        </Fact>
      </Facts>
      <fieldset class="choice" aria-label="Shown as">
        {forms.map((each) => (
          <button key={each} type="button" aria-pressed={each === form} onClick={() => setForm(each)}>
            {NAMES[each]}
          </button>
        ))}
      </fieldset>
      <section class="card paper" aria-label="The mail">
        {form === 'html' && (
          <iframe
            title="The mail as HTML"
            sandbox="allow-popups allow-popups-to-escape-sandbox"
            src={`/_local/mailbox/${id}/html`}
          />
        )}
        {form === 'text' && (
          <pre class="mail-text" dir="auto">
            <WithLinks text={text} />
          </pre>
        )}
        {form === 'headers' && (
          <pre class="mail-text">
            {[
              ['Date', new Date(sentAt).toUTCString()],
              ['From', from],
              ['To', to.join(', ')],
              ['Subject', subject],
              ['Message-ID', `<${id}@local>`],
              ['Content-Type', html === undefined ? 'text/plain; charset=utf-8' : 'multipart/alternative'],
            ]
              .filter(([, value]) => value !== undefined)
              .map(([name, value]) => `${name}: ${value}`)
              .join('\n')}
          </pre>
        )}
      </section>
    </article>
  );
}
