import { describe, test } from '@jest/globals';
import { type Cloud, type CloudOptions, type CloudUrls, startCloud } from '../../local/cloud.ts';
import { recordGrants } from '../../local/iam/grant-usage.ts';
import { tokensFrom } from '../../scripts/access-tokens.ts';
import { BackOffice } from '../../scripts/demo/back-office.ts';
import { Shop } from '../../scripts/demo/shop.ts';
import { startWarehouse } from '../../scripts/warehouse/start-warehouse.ts';
import { packagedService } from '../packaged-service.ts';
import { deployedStage, openStage } from './deployed-stage.ts';

export const MANAGER = 'manager@example.com';
export const DIRECTOR = 'director@example.com';

/** Seconds. */
export const DAY = 24 * 60 * 60;

const CATALOGUE = {
  'desk-lamp': { name: 'Desk lamp', prices: { EUR: 4_900 }, stock: 1_000 },
  'standing-desk': { name: 'Standing desk', prices: { EUR: 64_900 }, stock: 1_000 },
  'rare-vase': { name: 'Rare vase', prices: { EUR: 10_000 }, stock: 1 },
};

/** Below the limit of the approval policy: 98.00 EUR. */
export const SMALL_ORDER = {
  requestedBy: 'ada@example.com',
  currency: 'EUR',
  lines: [{ sku: 'desk-lamp', quantity: 2 }],
  payment: { token: 'tok_visa' },
};

/** Needs its manager: 2,596.00 EUR. */
export const LARGE_ORDER = { ...SMALL_ORDER, lines: [{ sku: 'standing-desk', quantity: 4 }] };

export interface RunningShop {
  readonly shop: Shop;
  readonly office: BackOffice;
  /** The cloud's time, in milliseconds since 1970. */
  now(): number;
  close(): Promise<void>;
}

export interface LocalShop extends RunningShop {
  readonly urls: CloudUrls;
  readonly cloud: Pick<Cloud, 'outputs' | 'region' | 'account' | 'call' | 'clock'>;
  /** Where a worker of the warehouse finds its work. */
  readonly warehouse: { readonly endpoint: string; readonly activityArn: string };
}

export interface LocalShopOptions extends Pick<CloudOptions, 'console' | 'imagesFolder'> {
  readonly warehouse?: boolean;
  readonly tokensRequired?: boolean;
  /** Of the template, where they differ from their defaults. */
  readonly parameters?: Readonly<Record<string, string>>;
}

const STAGE = deployedStage(process.env);

/** For what a deployed stage cannot be asked: its clock cannot be turned, nor its roles changed. */
export const testOnLocalCloud = STAGE ? test.skip : test;
export const onLocalCloud = STAGE ? describe.skip : describe;

/** The shop that `npm run e2e` was told to test: the one at a URL, or a local one with these options. */
export const startShop = (options: LocalShopOptions): Promise<RunningShop> =>
  STAGE ? openStage(STAGE) : startLocalShop(options);

/** The packaged application on a local cloud in this process: free ports, nothing on disk, products in stock. */
export async function startLocalShop({
  warehouse: hasWarehouse = true,
  tokensRequired = false,
  parameters = {},
  ...options
}: LocalShopOptions = {}): Promise<LocalShop> {
  const { IAM_USAGE } = process.env;
  const cloud = await startCloud({
    ...options,
    packageFolder: await packagedService(),
    ports: { http: 0, aws: 0 },
    parameters: ({ issuer }) => ({ TokenIssuer: issuer, TokensRequired: String(tokensRequired), ...parameters }),
    // For scripts/iam-unused.ts.
    ...(IAM_USAGE && { onGrantUsed: recordGrants(IAM_USAGE) }),
  });
  const shop = new Shop(
    cloud.urls.api,
    cloud.urls.apiKey ?? '',
    tokensFrom({ issuer: cloud.urls.issuer, clientId: 'shop' }),
  );
  await stockUp(shop).catch(async (error) => {
    await cloud.close(); // nobody else could, and the test process would not end
    throw error;
  });
  const ending = new AbortController();
  const where = { endpoint: cloud.urls.aws, activityArn: cloud.outputs.PickShipmentActivityArn ?? '' };
  const working =
    hasWarehouse &&
    startWarehouse({
      client: {
        endpoint: cloud.urls.aws,
        region: cloud.region,
        credentials: { accessKeyId: 'w', secretAccessKey: 'w' },
      },
      activityArn: where.activityArn,
      name: 'test',
      signal: ending.signal,
      report: () => {},
    });
  return {
    shop,
    office: new BackOffice(cloud.urls.aws, cloud.region, cloud.outputs),
    urls: cloud.urls,
    cloud,
    warehouse: where,
    now: () => cloud.clock.now(),
    async close() {
      ending.abort();
      await working;
      await cloud.close();
    },
  };
}

export async function stockUp(shop: Shop): Promise<void> {
  for (const [sku, { stock, ...product }] of Object.entries(CATALOGUE)) await shop.stockUp(sku, product, stock);
}
