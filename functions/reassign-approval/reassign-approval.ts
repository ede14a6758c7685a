import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { type Approval, isApprovalId, waitingFor } from '../../domain/approval.ts';
import { ConcurrentUpdateError } from '../../domain/errors.ts';
import { EMAIL, FieldChecks } from '../../domain/field-checks.ts';
import { type Operated, type Operator, reassign, resend } from '../../domain/hand-over-approval.ts';
import { approvalUrl } from '../../domain/link.ts';
import type { Approvals, Clock, Mail, Mailer, NewSecret } from '../../domain/ports.ts';
import { malformedRequest, notFound, type Problem } from '../../domain/problem.ts';
import { type Instant, instant } from '../../domain/time.ts';
import { about } from '../logger.ts';
import { clientOf } from '../web/client-of.ts';
import { json, problem } from '../web/json-response.ts';
import { jsonBody } from '../web/request-body.ts';

export interface ReassignApprovalParts {
  readonly approvals: Pick<Approvals, 'find' | 'save'>;
  readonly mailer: Mailer;
  readonly writeMail: (approval: Approval, to: string, link: string, why: 'hand-over' | 'resend') => Mail;
  /** Where approvers reach the API, without a slash at the end. */
  readonly baseUrl: string;
  readonly newSecret: NewSecret;
  readonly clock: Clock;
}

const ATTEMPTS = 5;

type Addresses = Readonly<Record<string, string>>;
type Change = (approval: Approval, addresses: Addresses, operator: Operator, at: Instant) => Operated;

/** `POST /approvals/{approvalId}/reassign`, with `{from, to, by}`: a colleague on the stage's list decides instead. */
export const reassignApproval = (parts: ReassignApprovalParts) =>
  operate(parts, ['from', 'to'], 'hand-over', (approval, { from = '', to = '' }, operator, at) =>
    reassign(approval, { from, to }, operator, at, parts.newSecret),
  );

/** `POST /approvals/{approvalId}/resend`, with `{to, by}`: the approver is mailed a new link, and the earlier ones die. */
export const resendApproval = (parts: ReassignApprovalParts) =>
  operate(parts, ['to'], 'resend', (approval, { to = '' }, operator, at) =>
    resend(approval, { to }, operator, at, parts.newSecret),
  );

const operate =
  (
    { approvals, mailer, writeMail, baseUrl, clock }: ReassignApprovalParts,
    names: string[],
    why: 'hand-over' | 'resend',
    change: Change,
  ) =>
  async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
    const approvalId = event.pathParameters?.approvalId ?? '';
    const checks = new FieldChecks();
    const { by = '', ...addresses } = readAddresses(event, [...names, 'by'], checks);
    if (checks.errors.length > 0) return problem(malformedRequest(checks.errors));
    const operator = { by, client: clientOf(event) };
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const approval = isApprovalId(approvalId) ? await approvals.find(approvalId) : undefined;
      if (!approval) return problem(notFound('approval'));
      about(approval);
      const at = instant(clock());
      const done = change(approval, addresses, operator, at);
      if (done.kind !== 'invited') return problem(REFUSALS[done.kind]);
      if (!(await approvals.save(done.approval, done.audit, at))) continue;
      const { address, secret } = done.invitation;
      // Where this fails the change stands: the answer is 500, and sending again mails another link.
      await mailer.send(writeMail(done.approval, address, approvalUrl(baseUrl, approvalId, secret), why));
      return json(200, { approvalId, waitingFor: waitingFor(done.approval), mailed: address });
    }
    throw new ConcurrentUpdateError(`Approval ${approvalId} is being changed by others.`);
  };

function readAddresses(event: APIGatewayProxyEvent, names: readonly string[], checks: FieldChecks): Addresses {
  const body = jsonBody(event);
  if (!body.ok) {
    checks.refuse('', 'The body has to be JSON in UTF-8.');
    return {};
  }
  const fields = checks.object(body.value, '', names) ?? {};
  return Object.fromEntries(
    names.map((name) => [
      name,
      checks.text(fields[name], `/${name}`, { max: 254, pattern: EMAIL, what: 'an e-mail address' })?.toLowerCase() ??
        '',
    ]),
  );
}

const REFUSALS: Readonly<Record<Exclude<Operated['kind'], 'invited'>, Problem>> = {
  'not-open': {
    type: '/problems/approval-not-open',
    title: 'Nobody is being asked',
    status: 409,
    detail: 'The approval is closed or has expired, or its stage has not begun.',
  },
  'not-asked': {
    type: '/problems/not-an-approver',
    title: 'The decision is not theirs',
    status: 422,
    detail: 'The approval does not wait for this address: GET /approvals says for whom it waits.',
  },
  'not-allowed': {
    type: '/problems/colleague-not-allowed',
    title: 'The decision cannot go to this colleague',
    status: 422,
    detail:
      'It can go to an address in "delegateTo" of the stage, other than the requester and whoever is asked already.',
  },
};
