import type { ConsoleManifest } from '../../local/console/api/application.ts';

/** Above the limit of config/approval-policy.json: 1,497.00 EUR, which a manager has to approve. */
export const SAMPLE_ORDER = {
  requestedBy: 'ada@example.com',
  currency: 'EUR',
  lines: [{ sku: 'DESK-1', quantity: 3 }],
  payment: { token: 'tok_visa' },
};

/** What an access token has to be for, and all that it can let a client do. */
export const EVERYTHING = {
  audience: 'countersign',
  scope: 'orders:write orders:read approvals:read approvals:write catalog:write',
};

/** What the console cannot know from infra/openapi.yml. */
export const CONSOLE: ConsoleManifest = {
  title: 'Countersign',
  access: EVERYTHING,
  collections: [
    {
      path: '/orders',
      title: 'Orders',
      executionsOf: 'process-order',
      columns: ['orderId', 'status', 'requestedBy', 'total'],
      example: SAMPLE_ORDER,
      choices: { sku: { from: '/products', value: 'sku', label: 'name' } },
    },
    {
      path: '/approvals',
      title: 'Approvals',
      columns: ['subject.title', 'stage', 'waitingFor', 'subject.amount', 'since', 'expiresAt'],
      waiting: { what: 'subject.title', who: 'waitingFor', since: 'since', until: 'expiresAt' },
    },
    { path: '/products', title: 'Products' },
  ],
};
