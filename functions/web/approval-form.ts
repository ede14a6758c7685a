import type { APIGatewayProxyEvent } from 'aws-lambda';
import { isApprovalId } from '../../domain/approval.ts';
import { isSecret } from '../../domain/link.ts';
import { malformedPage, refusalPage, staleFormPage } from './approval-pages.ts';
import { isOurForm, nonceOf } from './form-guard.ts';
import type { Page } from './page.ts';
import { formBody } from './request-body.ts';

export interface ApprovalForm {
  readonly approvalId: string;
  /** Of the link. */
  readonly secret: string;
  readonly nonce: string;
  /** What the form asks, beside what every form carries. */
  readonly fields: Readonly<Record<string, string>>;
}

/**
 * A form of the approver's page, as it comes back.
 * @param isAsked whether the form has the fields that it has to have, and no others
 * @returns a page that refuses it if it isn't one that our own page made, in the same browser
 */
export function readApprovalForm(
  event: APIGatewayProxyEvent,
  isAsked: (fields: Readonly<Record<string, string>>) => boolean,
): ApprovalForm | { readonly refusal: Page } {
  const approvalId = event.pathParameters?.approvalId ?? '';
  const form = formBody(event);
  const { link = '', nonce = '', ...fields } = form ?? {};
  if (!form || !isAsked(fields)) return { refusal: malformedPage };
  if (!isOurForm(nonceOf(event), approvalId, link, nonce)) return { refusal: staleFormPage };
  if (!isApprovalId(approvalId) || !isSecret(link)) return { refusal: refusalPage };
  return { approvalId, secret: link, nonce, fields };
}
