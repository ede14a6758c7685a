import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import type { Mail } from '../../domain/ports.ts';
import { browser, httpEvent, linkIn } from '../statemachines/browser.ts';
import type { Agenda } from './agenda.ts';
import type { Gateway } from './gateway.ts';
import type { Random } from './random.ts';
import { brief, type Trace } from './trace.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A link as it was mailed. */
export interface MailedLink {
  readonly to: string;
  readonly approvalId: string;
  readonly secret: string;
  readonly url: string;
  /** When it came. */
  readonly at: number;
}

/** A form that was sent, and what came back. */
export interface Click {
  readonly approvalId: string;
  readonly secret: string;
  readonly choice: string;
  /** What the approver had before their eyes. */
  readonly shown: string;
  /** One-time code that was typed. */
  readonly code?: string;
  /** Of the answer; 0: none came. */
  status: number;
}

/** A one-time code as it was mailed. */
export interface MailedCode {
  readonly to: string;
  readonly code: string;
}

export interface ApproverParts {
  readonly agenda: Agenda;
  readonly random: Random;
  readonly trace: Trace;
  readonly gateway: Gateway;
}

type PageEndpoint = 'showApproval' | 'decideApproval' | 'sendApprovalCode' | 'handOverApproval';

/** People who get mails: some decide at once, some twice, some at the last moment or after it, some by a link that they should not have. */
export class Approvers {
  readonly links: MailedLink[] = [];
  readonly clicks: Click[] = [];
  readonly codes: MailedCode[] = [];
  readonly #parts: ApproverParts;
  readonly #web: ReturnType<typeof browser>;
  /** Of some seeds: everybody waits until the last moment. */
  readonly #isLate: boolean;

  constructor(parts: ApproverParts) {
    this.#parts = parts;
    this.#isLate = parts.random.chance(0.15);
    this.#web = browser(
      (event) => this.#call('showApproval', event),
      (event) => this.#call('decideApproval', event),
    );
  }

  #call(endpoint: PageEndpoint, event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
    return new Promise((resolve) =>
      this.#parts.gateway.call('approver', endpoint, event, (answer) =>
        resolve({ headers: {}, ...answer, statusCode: answer.status }),
      ),
    );
  }

  receive({ to, subject, text }: Mail): void {
    const { random, trace } = this.#parts;
    trace.say(to, () => `gets “${subject}”`);
    const [, ...digits] = /Code: (\d{4}) (\d{4})/.exec(text) ?? [];
    if (digits.length > 0) this.codes.push({ to, code: digits.join('') });
    const url = linkIn(text);
    if (!url.includes('/approvals/')) return;
    const { approvalId, link: secret } = this.#web.parse(url);
    const link: MailedLink = { to, approvalId, secret, url, at: this.#parts.agenda.now };
    const older = this.links.filter((other) => other.to === to && other.approvalId === approvalId);
    this.links.push(link);
    if (random.chance(0.1)) this.#later(link, 'scanner');
    if (random.chance(0.25)) return;
    if (random.chance(0.12)) this.#later(link, 'hand over');
    const choice = random.chance(0.8) ? 'approve' : 'reject';
    this.#later(link, choice);
    if (random.chance(0.15)) this.#later(link, choice);
    if (random.chance(0.1)) this.#later(link, choice === 'approve' ? 'reject' : 'approve');
    if (random.chance(0.2) && older.length > 0) this.#later(random.pick(older), choice);
    if (random.chance(0.08)) this.#later({ ...link, ...this.#tampered(link) }, 'approve');
    if (random.chance(0.05)) this.#later(link, 'perhaps');
  }

  #tampered({ approvalId, secret, url }: MailedLink): { secret: string; url: string; approvalId: string } {
    const { random } = this.#parts;
    const at = random.between(0, secret.length - 2);
    const changed = `${secret.slice(0, at)}${secret[at] === 'x' ? 'y' : 'x'}${secret.slice(at + 1)}`;
    const other = random.pick(this.links);
    if (random.chance(0.5)) return { approvalId, secret: changed, url: url.replace(secret, changed) };
    return { approvalId: other.approvalId, secret, url: url.replace(approvalId, other.approvalId) };
  }

  /** At once, some time, or where a reminder, an escalation or the expiry falls, counted from the first mail. */
  #later(link: MailedLink, choice: string): void {
    const { agenda, random } = this.#parts;
    const first = this.links.find(({ to, approvalId }) => to === link.to && approvalId === link.approvalId) ?? link;
    const tick =
      first.at +
      (this.#isLate ? 3 : random.between(1, 3)) * DAY +
      random.pick([random.between(-1_000, 2_500), random.between(-150, 150)]) -
      agenda.now;
    const wait = random.pick([
      this.#isLate ? tick : random.between(1_000, MINUTE),
      this.#isLate ? tick : random.between(1_000, 5 * HOUR),
      random.between(1_000, 5 * DAY),
      tick,
    ]);
    // The page is open before the button is pressed: in between, things may change.
    const thinks = random.pick([50, 2_000, 90_000]);
    const at = agenda.now + Math.max(wait, 1_000);
    agenda.at(at - thinks, () => void this.#press(link, choice, at));
  }

  async #press({ to, approvalId, secret, url }: MailedLink, choice: string, at: number): Promise<void> {
    const { agenda, random, trace } = this.#parts;
    trace.say(to, () => `opens a link of ${brief(approvalId)} to ${choice}`);
    const page = await this.#web.open(url);
    if (choice === 'scanner' || page.statusCode !== 200) return;
    const { fields, cookie } = this.#web.formOf(page);
    if (!fields.link) return;
    const code = await this.#codeFor(to, page, approvalId, fields, cookie);
    await new Promise<void>((resolve) => void agenda.at(at, resolve));
    if (choice === 'hand over') {
      const colleagues = [...page.body.matchAll(/<option>([^<]+)<\/option>/g)].map(([, address = '']) => address);
      if (colleagues.length > 0)
        await this.#send(
          'handOverApproval',
          approvalId,
          { ...fields, to: random.pick(colleagues), ...(code && { code }) },
          cookie,
        );
      return;
    }
    const click: Click = { approvalId, secret, choice, shown: page.body, status: 0, ...(code && { code }) };
    this.clicks.push(click);
    const form = { ...fields, decision: choice, ...(code && { code }) };
    const send = async () => (await this.#send('decideApproval', approvalId, form, cookie)).statusCode;
    if (random.chance(0.1)) {
      const twin: Click = { ...click };
      this.clicks.push(twin);
      void send().then((status) => {
        twin.status = status;
      });
    }
    click.status = await send();
    trace.say(to, () => `sent “${choice}” for ${brief(approvalId)} → ${click.status || 'no answer'}`);
  }

  #send(endpoint: PageEndpoint, approvalId: string, fields: Record<string, string>, cookie: string) {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded', Cookie: cookie };
    const body = new URLSearchParams(fields).toString();
    return this.#call(endpoint, httpEvent({ httpMethod: 'POST', pathParameters: { approvalId }, headers, body }));
  }

  /** Where a code is needed, most ask for one and type it; some guess, and some try without. */
  async #codeFor(
    to: string,
    page: APIGatewayProxyResult,
    approvalId: string,
    fields: Record<string, string>,
    cookie: string,
  ): Promise<string | undefined> {
    const { agenda, random } = this.#parts;
    if (!page.body.includes(`${approvalId}/code`) || random.chance(0.15)) return undefined;
    await this.#send('sendApprovalCode', approvalId, fields, cookie);
    await new Promise<void>((resolve) => void agenda.in(random.chance(0.1) ? 900_000 : 20_000, resolve));
    const mailed = this.codes.findLast((code) => code.to === to)?.code;
    return random.chance(0.15) ? String(random.between(10_000_000, 99_999_999)) : mailed;
  }
}
