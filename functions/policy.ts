import document from '../config/approval-policy.json' with { type: 'json' };
import { type ApprovalPolicy, checkApprovalPolicy } from '../domain/approval-policy.ts';

/** The policy that this bundle was built with. The build has checked it; a bundle made in another way checks it here. */
export const policy: ApprovalPolicy = checkApprovalPolicy(document);
