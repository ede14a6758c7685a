import type { Approval, Approver, Decision, Link, Stage } from '../../domain/approval.ts';
import { codeStanding } from '../../domain/approval-code.ts';
import { colleaguesFor } from '../../domain/hand-over-approval.ts';
import { html } from '../../domain/html.ts';
import { type Instant, readable } from '../../domain/time.ts';
import { codeForm, decisionForm, type FormSecrets, handOverForm } from './approval-forms.ts';
import { progress } from './approval-progress.ts';
import { subjectCard } from './approval-subject.ts';
import type { Page } from './page.ts';

export interface Question {
  readonly approval: Approval;
  readonly stage: Stage;
  readonly approver: Approver;
  readonly link: Link;
  readonly at: Instant;
  /** They come back with the forms. */
  readonly form: FormSecrets;
}

/** Shows what is to be signed, and asks. `notice`: what came of a first try. */
export function questionPage(question: Question, status: 200 | 403 = 200, notice?: string): Page {
  const { approval, stage, approver, link, at, form } = question;
  const standing = codeStanding(approver, link, at);
  const mayDecide = !approval.needsCode || standing.kind === 'live';
  const body = html`${notice ? html`<p class="notice" role="alert">${notice}</p>` : undefined}
<p>Dear ${approver.address}, your decision is asked for as <strong>${stage.title}</strong>, until ${readable(stage.expiresAt)}.${
    approver.handedBy ? ` ${approver.handedBy} handed it over to you.` : ''
  }</p>
${subjectCard(approval, false)}
${progress(approval, approver)}
<section class="act" aria-label="Your decision">
${mayDecide ? decisionForm(approval, standing, form) : undefined}
${approval.needsCode ? codeForm(approval, standing, form) : undefined}
${handOverForm(approval, colleaguesFor(approval, stage), form)}
</section>`;
  return { status, title: approval.subject.title, body };
}

/** What the approver decided: at once, and on every later click. */
export function decidedPage(status: 200 | 409, approval: Approval, approver: Approver, decision: Decision): Page {
  const verb = decision.decision === 'approve' ? 'approved' : 'rejected';
  const title = `${status === 409 ? 'Already ' : ''}${verb}`;
  const body = html`<p><strong>${approver.address}</strong> ${verb} this on ${readable(decision.at)}. ${after(approval)}</p>
${subjectCard(approval, true)}
${progress(approval, approver)}`;
  return {
    status,
    title: title.charAt(0).toUpperCase() + title.slice(1),
    tone: decision.decision === 'approve' ? 'good' : 'bad',
    body,
  };
}

/** The colleague gets a link by mail; nothing is left to do here. */
export const handedOverPage = (approval: Approval, to: string, isMailed: boolean): Page => ({
  status: 200,
  title: 'Handed over',
  tone: 'good',
  body: html`<p><strong>${to}</strong> decides about “${approval.subject.title}” now. Your own link does not work any more.</p>
<p>${isMailed ? 'They have been mailed a link of their own.' : 'The mail to them could not be sent at this moment: they are asked again with the next reminder, or by an operator.'}</p>`,
});

/** The way back is the link itself: whoever reads this page has it. */
export const tooManyCodesPage = (approvalId: string, secret: string, after: Instant | undefined): Page => ({
  status: 429,
  title: after ? 'A code is on its way' : 'No more codes',
  body: html`<p>${
    after
      ? `The last one was mailed less than a minute ago. Another can be asked for from ${after.slice(11, 19)} UTC on.`
      : 'So many codes were asked for that this link gets no more. Please ask an operator to mail you a new link.'
  }</p>
<p><a href="../${approvalId}?link=${secret}">Back to the question</a></p>`,
});

/** The same for a link that is unknown, tampered with, expired, superseded or used up by somebody else. */
export const refusalPage: Page = {
  status: 404,
  title: 'This link does not work',
  body: html`<p>It may be incomplete, out of date, or replaced by a newer one. Please use the link in the latest e-mail, or ask who requested the approval.</p>`,
};

export const staleFormPage: Page = {
  status: 403,
  title: 'This form is out of date',
  body: html`<p>Nothing was decided. Please open the link in the e-mail again and decide from there. Cookies have to be allowed for this page.</p>`,
};

export const malformedPage: Page = {
  status: 400,
  title: 'Nothing was decided',
  body: html`<p>The form did not arrive as it was sent out. Please open the link in the e-mail again; it still works.</p>`,
};

export const busyPage: Page = {
  status: 503,
  title: 'Please try again',
  body: html`<p>Nothing was decided. Please open the link in the e-mail again in a moment.</p>`,
};

function after(approval: Approval): string {
  switch (approval.status) {
    case 'open':
      return 'Others have still to decide.';
    case 'approved':
      return 'It is approved.';
    case 'rejected':
      return 'It is rejected.';
    case 'expired':
      return 'It expired before all had decided.';
    case 'withdrawn':
      return 'It was withdrawn.';
  }
}
