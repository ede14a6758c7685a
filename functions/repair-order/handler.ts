import { SFNClient } from '@aws-sdk/client-sfn';
import { approvalsTable } from '../../adapters/dynamodb/approvals-table.ts';
import { documentClient } from '../../adapters/dynamodb/document-client.ts';
import { ordersTable } from '../../adapters/dynamodb/orders-table.ts';
import { stockTables } from '../../adapters/dynamodb/stock-tables.ts';
import { executionFinder } from '../../adapters/stepfunctions/execution-standing.ts';
import { executionStarter } from '../../adapters/stepfunctions/execution-starter.ts';
import { systemClock } from '../../adapters/system.ts';
import { asStep } from '../as-step.ts';
import { environment } from '../environment.ts';
import { count } from '../metrics.ts';
import { orderPolicy } from '../policy.ts';
import { repairOrder } from './repair-order.ts';

const client = documentClient();
const machines = new SFNClient({});
/** @param stateMachineArn may end in the name of an alias, which ARNs of executions do not */
const executionsOf = (stateMachineArn: string) =>
  stateMachineArn.split(':').slice(0, 7).join(':').replace(':stateMachine:', ':execution:');
const machine = (arn: string) => ({
  start: executionStarter(machines, arn),
  find: executionFinder(machines, executionsOf(arn)),
});

const repair = repairOrder({
  orders: ordersTable(client, environment('ORDERS_TABLE')),
  stock: stockTables(client, {
    products: environment('PRODUCTS_TABLE'),
    reservations: environment('RESERVATIONS_TABLE'),
  }),
  approvals: approvalsTable(client, {
    approvals: environment('APPROVALS_TABLE'),
    audit: environment('APPROVAL_AUDIT_TABLE'),
  }),
  process: machine(environment('PROCESS_ORDER_MACHINE_ARN')),
  undo: machine(environment('UNDO_ORDER_MACHINE_ARN')),
  refunding: machine(environment('REFUND_ORDER_MACHINE_ARN')),
  signOffExecutions: executionsOf(environment('SIGN_OFF_MACHINE_ARN')),
  policy: orderPolicy,
  clock: systemClock,
});

export const handler = asStep(async (event: { readonly orderId: string }) => {
  const repaired = await repair(event);
  if (repaired.repair === 'resume') count('DecidedNotResumed');
  return repaired;
});
