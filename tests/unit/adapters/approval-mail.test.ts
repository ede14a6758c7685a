import { expect, test } from '@jest/globals';
import { approvalMail } from '../../../adapters/mail/approval-mail.ts';
import { openApproval } from '../../../domain/approval.ts';
import { planSignOff } from '../../../domain/approval-policy.ts';
import { askApprovers } from '../../../domain/ask-approvers.ts';
import { policy } from '../../statemachines/sample-order.ts';

const LINK = 'https://api.example.com/approvals/apr_1?link=SECRET';

function mail(title: string, why: 'ask' | 'remind' | 'escalate' = 'ask') {
  const subject = {
    type: 'order',
    id: 'ord_1',
    version: 1,
    title,
    requestedBy: 'alice@example.com',
    reason: 'New office',
    amount: 150_000,
    currency: 'EUR' as const,
  };
  const at = '2026-11-22T12:00:00.000Z';
  const { approval } = openApproval({ approvalId: 'apr_1', subject, plan: planSignOff(policy, subject), at });
  const asked = askApprovers(
    approval,
    { stage: 0, tick: 0, why, taskToken: 'TASK-TOKEN', turn: at, at },
    () => 'SECRET',
  );
  return approvalMail(asked.approval, 'manager@example.com', LINK, why);
}

test('the mail says what is asked, by whom, until when, and where to decide', () => {
  const { to, subject, text } = mail('Order over 1,500.00 EUR');
  expect([to, subject]).toEqual(['manager@example.com', 'Please decide: Order over 1,500.00 EUR']);
  for (const part of ['alice@example.com', 'ord_1', '1,500.00 EUR', 'New office', 'Manager', '2026-11-25 12:00 UTC']) {
    expect(text).toContain(part);
  }
  expect(text.split('\n')).toContain(LINK);
  expect(text).not.toContain('TASK-TOKEN');
});

test('a reminder and an escalation say so', () => {
  expect(mail('X', 'remind').subject).toBe('Reminder: please decide: X');
  expect(mail('X', 'escalate').subject).toBe('Escalated to you: please decide: X');
});

test('text and HTML say the same', () => {
  const { text, html } = mail('Desks & <chairs>');
  expect(words(plain(html.slice(html.indexOf('<h1'))))).toEqual(words(text));
});

test('whatever a requester writes is text, not markup', () => {
  const { html } = mail('<img src=x onerror=alert(1)>"\'&');
  expect(html).not.toContain('<img');
  expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;');
});

test('the HTML loads nothing and runs nothing', () => {
  const { html } = mail('Order');
  expect(html).not.toMatch(/<(script|img|link|iframe|form|object)\b|url\(|@import|\bsrc=|\bon[a-z]+=/i);
  expect([...new Set(html.match(/href="[^"]*"/g))]).toEqual([`href="${LINK}"`]);
});

/** As a reader sees it: without the parts that say how it looks. */
function plain(html: string): string {
  const text = html.replace(/<(style|title)>[\s\S]*?<\/\1>/g, '').replace(/<[^>]*>/g, ' ');
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => entities[name] as string);
}

const words = (text: string): Set<string> => new Set(text.split(/[\s:]+/).filter((word) => !['', '-'].includes(word)));
