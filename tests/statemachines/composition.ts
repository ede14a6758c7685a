import { orderItem } from '../../adapters/dynamodb/order-item.ts';
import { approvalMail } from '../../adapters/mail/approval-mail.ts';
import { codeMail } from '../../adapters/mail/code-mail.ts';
import { outcomeMail } from '../../adapters/mail/outcome-mail.ts';
import type { Catalogue } from '../../domain/catalogue.ts';
import type { PaymentGateway } from '../../domain/payment.ts';
import type {
  Approvals,
  Callback,
  Clock,
  FindExecution,
  Mailer,
  NewSecret,
  OpenOrders,
  Orders,
  StartExecution,
} from '../../domain/ports.ts';
import type { Stock } from '../../domain/stock.ts';
import { authorisePayment } from '../../functions/authorise-payment/authorise-payment.ts';
import { cancelOrder } from '../../functions/cancel-order/cancel-order.ts';
import { capturePayment } from '../../functions/capture-payment/capture-payment.ts';
import { checkOrder } from '../../functions/check-order/check-order.ts';
import { closeApproval } from '../../functions/close-approval/close-approval.ts';
import { closeRefund } from '../../functions/close-refund/close-refund.ts';
import { completeOrder } from '../../functions/complete-order/complete-order.ts';
import { decideApproval } from '../../functions/decide-approval/decide-approval.ts';
import { resumeApproval } from '../../functions/decide-approval/resume-approval.ts';
import { withdrawApproval } from '../../functions/decide-approval/withdraw-approval.ts';
import { findOpenOrders } from '../../functions/find-open-orders/find-open-orders.ts';
import { getOrder } from '../../functions/get-order/get-order.ts';
import { handOverApproval } from '../../functions/hand-over-approval/hand-over-approval.ts';
import { openApproval } from '../../functions/open-approval/open-approval.ts';
import { prepareRefund } from '../../functions/prepare-refund/prepare-refund.ts';
import { putProduct } from '../../functions/put-product/put-product.ts';
import { reassignApproval, resendApproval } from '../../functions/reassign-approval/reassign-approval.ts';
import { refundPayment } from '../../functions/refund-payment/refund-payment.ts';
import { releaseStock } from '../../functions/release-stock/release-stock.ts';
import { repairOrder } from '../../functions/repair-order/repair-order.ts';
import { requestApproval } from '../../functions/request-approval/request-approval.ts';
import { requestRefund } from '../../functions/request-refund/request-refund.ts';
import { reserveStock } from '../../functions/reserve-stock/reserve-stock.ts';
import { sendApprovalCode } from '../../functions/send-approval-code/send-approval-code.ts';
import { showApproval } from '../../functions/show-approval/show-approval.ts';
import { tellApprovers } from '../../functions/tell-approvers/tell-approvers.ts';
import { voidPayment } from '../../functions/void-payment/void-payment.ts';
import type { browser } from './browser.ts';
import { orderPolicy, policy } from './sample-order.ts';

/** What the template substitutes. */
export const SIGN_OFFS = 'arn:aws:states:eu-central-1:123456789012:execution:sign-off';

const BASE_URL = 'https://api.example.com';

/** All that the functions reach of the world. */
export interface Ports {
  readonly orders: Orders;
  readonly openOrders: OpenOrders;
  readonly catalogue: Catalogue;
  readonly stock: Stock;
  readonly payments: PaymentGateway;
  readonly approvals: Approvals;
  readonly mailer: Mailer;
  readonly callback: Callback;
  readonly process: { readonly start: StartExecution; readonly find: FindExecution };
  readonly undo: { readonly start: StartExecution; readonly find: FindExecution };
  readonly refunding: { readonly start: StartExecution; readonly find: FindExecution };
  readonly clock: Clock;
  readonly newSecret: NewSecret;
}

// biome-ignore lint/suspicious/noExplicitAny: what the state machine sends is what is tested.
type Step = (ports: Ports) => (input: any) => Promise<unknown>;

const policies = { approvals: policy, orders: orderPolicy };

/** The steps of the state machines, by the placeholder that stands for each: the real functions, on whatever ports. */
export const STEPS: Readonly<Record<string, Step>> = {
  CheckOrderFunction: ({ catalogue, clock }) => checkOrder(catalogue, policy, clock, orderItem),
  ReserveStockFunction: ({ orders, stock, clock }) => reserveStock(orders, stock, policies, clock),
  ReleaseStockFunction: ({ orders, stock, clock }) => releaseStock(orders, stock, clock),
  CompleteOrderFunction: ({ orders, stock, clock }) => completeOrder(orders, stock, clock),
  AuthorisePaymentFunction: ({ orders, payments, clock }) => authorisePayment(orders, payments, clock),
  CapturePaymentFunction: ({ orders, payments, clock }) => capturePayment(orders, payments, clock),
  VoidPaymentFunction: ({ orders, payments, clock }) => voidPayment(orders, payments, clock),
  OpenApprovalFunction: ({ approvals }) => openApproval(approvals, policy),
  PrepareRefundFunction: ({ orders }) => prepareRefund(orders, policy),
  RefundPaymentFunction: ({ orders, payments, clock }) => refundPayment(orders, payments, policy, clock),
  CloseRefundFunction: ({ orders, clock }) => closeRefund(orders, clock),
  FindOpenOrdersFunction: ({ openOrders: orders, approvals, clock }) =>
    findOpenOrders({ orders, approvals, clock, measure: () => {} }),
  RepairOrderFunction: (ports) => repairOrder({ ...ports, signOffExecutions: SIGN_OFFS, policy: orderPolicy }),
  DecideApprovalFunction: ({ approvals, callback, clock }) => resumeApproval(approvals, callback, clock),
  CloseApprovalFunction: ({ approvals, clock }) => closeApproval(approvals, clock),
  TellApproversFunction: ({ approvals, mailer }) => tellApprovers(approvals, mailer, outcomeMail),
  RequestApprovalFunction: ({ approvals, mailer, newSecret, clock }) =>
    requestApproval({
      ...{ approvals, mailer, newSecret, clock },
      writeMail: approvalMail,
      baseUrl: BASE_URL,
    }),
};

type Endpoint = (ports: Ports) => Parameters<typeof browser>[0];

/** What stands behind the HTTP API, except the placing of orders: that is a state machine. */
export const ENDPOINTS = {
  getOrder: ({ orders }) => getOrder(orders),
  putProduct: ({ catalogue }) => putProduct(catalogue),
  cancelOrder: ({ orders, undo, clock }) => cancelOrder(orders, undo.start, clock),
  requestRefund: ({ orders, refunding, clock }) => requestRefund({ orders, policy, clock, start: refunding.start }),
  showApproval: ({ approvals, clock, newSecret }) => showApproval({ approvals, clock, newSecret, secure: true }),
  decideApproval: ({ approvals, callback, clock }) =>
    decideApproval({ approvals, callback, clock, secure: true, onCallbackLost: () => {} }),
  sendApprovalCode: (ports) => sendApprovalCode({ ...ports, writeMail: codeMail, secure: true }),
  handOverApproval: (ports) =>
    handOverApproval({ ...ports, writeMail: approvalMail, baseUrl: BASE_URL, secure: true, onMailLost: () => {} }),
  reassignApproval: (ports) => reassignApproval({ ...ports, writeMail: approvalMail, baseUrl: BASE_URL }),
  resendApproval: (ports) => resendApproval({ ...ports, writeMail: approvalMail, baseUrl: BASE_URL }),
  withdrawApproval: (ports) => withdrawApproval({ ...ports, onCallbackLost: () => {} }),
} satisfies Record<string, Endpoint>;
