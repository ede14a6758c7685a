import type { APIGatewayProxyResult } from 'aws-lambda';
import type { Approvals } from '../../domain/ports.ts';
import { json } from '../web/json-response.ts';

/** What waits, since when, for whom, what comes next, until when, and whether it takes a code: for operators. */
export const listApprovals = (approvals: Pick<Approvals, 'waiting'>) => async (): Promise<APIGatewayProxyResult> => {
  const waiting = await approvals.waiting();
  return json(200, {
    approvals: waiting.map(({ approvalId, subject, stageName, openedAt, needsCode = false, ...waits }) => ({
      approvalId,
      subject: {
        type: subject.type,
        id: subject.id,
        title: subject.title,
        requestedBy: subject.requestedBy,
        amount: subject.amount,
        currency: subject.currency,
      },
      stage: stageName,
      waitingFor: waits.waitingFor,
      since: openedAt,
      nextTickAt: waits.nextTickAt,
      expiresAt: waits.expiresAt,
      codeNeeded: needsCode,
    })),
  });
};
