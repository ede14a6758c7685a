import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import type { Mail } from '../../domain/ports.ts';
import { browser, linkIn } from '../statemachines/browser.ts';
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
  /** Of the answer; 0: none came. */
  status: number;
}

export interface ApproverParts {
  readonly agenda: Agenda;
  readonly random: Random;
  readonly trace: Trace;
  readonly gateway: Gateway;
}

/** People who get mails: some decide at once, some twice, some at the last moment or after it, some by a link that they should not have. */
export class Approvers {
  readonly links: MailedLink[] = [];
  readonly clicks: Click[] = [];
  readonly #parts: ApproverParts;
  readonly #web: ReturnType<typeof browser>;
  /** Of some seeds: everybody waits until the last moment. */
  readonly #isLate: boolean;

  constructor(parts: ApproverParts) {
    this.#parts = parts;
    this.#isLate = parts.random.chance(0.15);
    const endpoint = (name: 'showApproval' | 'decideApproval') => (event: APIGatewayProxyEvent) =>
      new Promise<APIGatewayProxyResult>((resolve) =>
        parts.gateway.call('approver', name, event, (answer) =>
          resolve({ headers: {}, ...answer, statusCode: answer.status }),
        ),
      );
    this.#web = browser(endpoint('showApproval'), endpoint('decideApproval'));
  }

  receive({ to, subject, text }: Mail): void {
    const { random, trace } = this.#parts;
    trace.say(to, () => `gets “${subject}”`);
    const url = linkIn(text);
    if (!url.includes('/approvals/')) return;
    const { approvalId, link: secret } = this.#web.parse(url);
    const link: MailedLink = { to, approvalId, secret, url, at: this.#parts.agenda.now };
    const older = this.links.filter((other) => other.to === to && other.approvalId === approvalId);
    this.links.push(link);
    if (random.chance(0.1)) this.#later(link, 'scanner');
    if (random.chance(0.25)) return;
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
    await new Promise<void>((resolve) => void agenda.at(at, resolve));
    const click: Click = { approvalId, secret, choice, shown: page.body, status: 0 };
    this.clicks.push(click);
    const send = async () => {
      const { statusCode } = await this.#web.send(approvalId, { ...fields, decision: choice }, cookie);
      return statusCode;
    };
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
}
