import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { approvalMail } from '../../../adapters/mail/approval-mail.ts';
import { codeMail } from '../../../adapters/mail/code-mail.ts';
import { memoryApprovals } from '../../../adapters/memory/memory-approvals.ts';
import { memoryMailer } from '../../../adapters/memory/memory-mailer.ts';
import { newSecret } from '../../../adapters/system.ts';
import type { SignOffPlan } from '../../../domain/approval-policy.ts';
import { formNonce } from '../../../domain/link.ts';
import type { ApprovalSubject } from '../../../domain/subject.ts';
import { instant } from '../../../domain/time.ts';
import { decideApproval } from '../../../functions/decide-approval/decide-approval.ts';
import { withdrawApproval } from '../../../functions/decide-approval/withdraw-approval.ts';
import { handOverApproval } from '../../../functions/hand-over-approval/hand-over-approval.ts';
import { openApproval } from '../../../functions/open-approval/open-approval.ts';
import { reassignApproval, resendApproval } from '../../../functions/reassign-approval/reassign-approval.ts';
import { requestApproval } from '../../../functions/request-approval/request-approval.ts';
import { sendApprovalCode } from '../../../functions/send-approval-code/send-approval-code.ts';
import { showApproval } from '../../../functions/show-approval/show-approval.ts';
import { browser, httpEvent, linkIn } from '../../statemachines/browser.ts';
import { policy } from '../../statemachines/sample-order.ts';

export const START = Date.UTC(2026, 10, 22, 12);
export const HOUR = 3_600_000;
export const HOSTILE = `<script>alert("x")</script> & 'quotes'`;

const SUBJECT: ApprovalSubject = {
  type: 'order',
  id: 'ord_1',
  version: 3,
  title: 'Order over 1,200.00 EUR',
  requestedBy: 'alice@example.com',
  reason: HOSTILE,
  risk: ['export'],
  amount: 120_000,
  currency: 'EUR',
  lines: [{ text: HOSTILE, quantity: 2, amount: 120_000 }],
};

type PlannedStage = SignOffPlan['stages'][number];

export const stage = (name: string, approvers: string[], changes: Partial<PlannedStage> = {}): PlannedStage => ({
  name,
  title: name,
  required: 1,
  approvers,
  escalateTo: ['boss@example.com'],
  ticks: [
    { waitSeconds: 3_600, action: 'escalate' },
    { waitSeconds: 3_600, action: 'expire' },
  ],
  ...changes,
});

export const ONE: SignOffPlan = { stages: [stage('manager', ['manager@example.com'])] };
export const TWO_OF_THREE: SignOffPlan = {
  stages: [stage('finance', ['a@example.com', 'b@example.com', 'c@example.com'], { required: 2 })],
};

type Endpoint = (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;

export type ApprovalWorld = Awaited<ReturnType<typeof approvalWorld>>;

/** One approval, the functions around it, and browsers and operators that use them. Nobody is asked yet. */
export async function approvalWorld(plan: SignOffPlan = ONE, secure = true) {
  const clock = { at: START };
  const now = () => clock.at;
  const approvals = memoryApprovals();
  const mailer = memoryMailer();
  const told: { token: string; output: object }[] = [];
  const callback = {
    succeed: async (token: string, output: object) => {
      told.push({ token, output });
      return true;
    },
  };
  const lost: string[] = [];
  const parts = { approvals, mailer, newSecret, clock: now, secure };
  const linking = { ...parts, writeMail: approvalMail, baseUrl: 'https://api.example.com/prod' };
  const onLost = (id: string) => lost.push(id);
  const { approvalId } = await openApproval(
    approvals,
    policy,
  )({
    request: { subject: SUBJECT, plan },
    execution: 'arn:execution',
    at: new Date(START).toISOString(),
  });
  const request = requestApproval(linking);
  const ask = async (
    why: 'ask' | 'remind' | 'escalate' = 'ask',
    taskToken = `token-${mailer.sent.length}`,
    stage = 0,
    turn = instant(now()),
  ) => {
    const before = mailer.sent.length;
    await request({ approvalId, stage, tick: 0, why, taskToken, turn });
    return mailer.sent.slice(before).map(({ to, text }) => ({ to, link: linkIn(text) }));
  };
  const decide = decideApproval({ ...parts, callback, onCallbackLost: onLost });
  const web = browser(showApproval(parts), decide);
  const stored = async () => JSON.stringify(await approvals.find(approvalId));
  const audit = () => approvals.audit(approvalId);

  /** A form as our page would make it for that cookie, whatever the link is worth. */
  const submit = (endpoint: Endpoint, url: string, fields: Record<string, string>, cookie = newSecret()) => {
    const { approvalId: id, link } = web.parse(url);
    const nonce = formNonce(cookie, id, link);
    return endpoint(
      httpEvent({
        httpMethod: 'POST',
        pathParameters: { approvalId: id },
        headers: { 'content-type': 'application/x-www-form-urlencoded', cookie: `approval-nonce=${cookie}` },
        body: new URLSearchParams({ link, nonce, ...fields }).toString(),
      }),
    );
  };

  const operate = async (endpoint: Endpoint, body: unknown, id = approvalId) => {
    const answer = await endpoint(
      httpEvent({
        pathParameters: { approvalId: id },
        body: typeof body === 'string' ? body : JSON.stringify(body),
        requestContext: { identity: { apiKeyId: 'key-1' } } as APIGatewayProxyEvent['requestContext'],
      }),
    );
    return { status: answer.statusCode, body: JSON.parse(answer.body) };
  };

  return {
    ...{ approvals, approvalId, clock, mailer, told, lost, callback, ask, web, stored, audit, decide, submit, operate },
    sendCode: sendApprovalCode({ ...parts, writeMail: codeMail }),
    handOver: handOverApproval({ ...linking, onMailLost: onLost }),
    reassign: reassignApproval(linking),
    resend: resendApproval(linking),
    withdraw: withdrawApproval({ approvals, callback, clock: now, onCallbackLost: onLost }),
  };
}
