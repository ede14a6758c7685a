import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { isApprovalId } from '../../domain/approval.ts';
import { seeApproval } from '../../domain/decide-approval.ts';
import { formNonce, isSecret } from '../../domain/link.ts';
import type { Approvals, Clock, NewSecret } from '../../domain/ports.ts';
import { instant } from '../../domain/time.ts';
import { decidedPage, questionPage, refusalPage } from '../web/approval-pages.ts';
import { nonceCookie, nonceOf } from '../web/form-guard.ts';
import { type Page, respond } from '../web/page.ts';

export interface ShowApprovalParts {
  readonly approvals: Pick<Approvals, 'find'>;
  readonly clock: Clock;
  readonly newSecret: NewSecret;
  /** Whether the pages are on HTTPS. */
  readonly secure: boolean;
}

/** The approver's page. GET and HEAD change nothing: mail scanners open links too. */
export const showApproval =
  ({ approvals, clock, newSecret, secure }: ShowApprovalParts) =>
  async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
    const page = await pageFor(event);
    const response = respond(page, secure);
    return event.httpMethod === 'HEAD' ? { ...response, body: '' } : response;

    async function pageFor({ pathParameters, queryStringParameters }: APIGatewayProxyEvent): Promise<Page> {
      const approvalId = pathParameters?.approvalId ?? '';
      const secret = queryStringParameters?.link;
      const approval = isApprovalId(approvalId) && isSecret(secret) ? await approvals.find(approvalId) : undefined;
      if (!approval || !isSecret(secret)) return refusalPage;
      const at = instant(clock());
      const seen = seeApproval(approval, secret, at);
      if (seen.kind === 'refused') return refusalPage;
      if (seen.kind === 'decided') return decidedPage(200, approval, seen.approver, seen.decision);
      // An earlier page's cookie is kept, so that two open tabs both work.
      const cookie = nonceOf(event) ?? newSecret();
      const form = { secret, nonce: formNonce(cookie, approvalId, secret) };
      return { ...questionPage({ approval, ...seen, at, form }), cookie: nonceCookie(cookie, secure) };
    }
  };
