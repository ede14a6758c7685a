import { expect, test } from '@jest/globals';
import { approvalMail } from '../../../adapters/mail/approval-mail.ts';
import { codeMail } from '../../../adapters/mail/code-mail.ts';
import { openApproval } from '../../../domain/approval.ts';
import { planSignOff } from '../../../domain/approval-policy.ts';
import { askApprovers } from '../../../domain/ask-approvers.ts';
import { handOver } from '../../../domain/hand-over-approval.ts';
import { policy } from '../../statemachines/sample-order.ts';

const AT = '2026-11-22T12:00:00.000Z';
const subject = { type: 'release', id: 'v2', version: 1, title: '<b>Release</b>', requestedBy: 'dev@example.com' };
const opened = openApproval({ approvalId: 'apr_1', subject, plan: planSignOff(policy, subject), at: AT });
const question = { stage: 0, tick: 0, why: 'ask' as const, taskToken: 'TASK-TOKEN', turn: AT, at: AT };
const { approval } = askApprovers(opened.approval, question, () => 'SECRET');

test('the mail with a code has the code in its text, not in its subject, and no link', () => {
  const mail = codeMail(approval, 'manager@example.com', '12345678');
  expect(mail.subject).toBe('Your code for: <b>Release</b>');
  for (const body of [mail.text, mail.html]) {
    expect(body).toContain('1234 5678');
    expect(body).not.toMatch(/https?:|SECRET|TASK-TOKEN/);
  }
  expect(mail.html).not.toContain('<b>Release');
});

test('the mail to a colleague says whose decision it was', () => {
  const handed = handOver(approval, 'SECRET', 'deputy@example.com', AT, () => 'OTHER');
  if (handed.kind !== 'invited') throw new Error(handed.kind);
  const mail = approvalMail(handed.approval, 'deputy@example.com', 'https://api.example.com/x', 'hand-over');
  expect(mail.subject).toMatch(/^Handed over to you/);
  expect(mail.text).toContain('manager@example.com was asked before; now the decision is yours.');
});
