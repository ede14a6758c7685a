import document from '../config/approval-policy.json' with { type: 'json' };
import orderDocument from '../config/order-policy.json' with { type: 'json' };
import type { ApprovalPolicy } from '../domain/approval-policy.ts';
import { checkApprovalPolicy } from '../domain/check-approval-policy.ts';
import { checkOrderPolicy, type OrderPolicy } from '../domain/order-policy.ts';

/** The policies that this bundle was built with. The build has checked them; a bundle made in another way checks them here. */
export const policy: ApprovalPolicy = checkApprovalPolicy(document);

export const orderPolicy: OrderPolicy = checkOrderPolicy(orderDocument);
