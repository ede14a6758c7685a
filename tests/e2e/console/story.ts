import { expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { linkIn } from '../../../scripts/demo/shop.ts';
import { CONSOLE } from '../../../scripts/start/console-manifest.ts';
import { type LocalShop, MANAGER, startLocalShop } from '../running-shop.ts';
import { expectAccessible, expectUnmoved, loaded, openPage } from './browser-page.ts';
import { MANY, putItems } from './many-things.ts';

// The story of the README, clicked through: nothing but the console and the approver's page.

export function storyTests(browser: () => Browser): { close(): Promise<void> } {
  let running: LocalShop | undefined;
  const opened = async (path: string) => {
    running ??= await startLocalShop({ console: CONSOLE });
    return openPage(browser(), `${running.shop.api}/_local/${path}`);
  };

  test('an order is placed by the form, waits for its manager, is approved by the mailed link, and completes', async () => {
    const { page, troubles } = await opened('');
    await page.getByText('Nobody is waited for').waitFor();
    await click(page, 'link', 'Approvals');
    await page.getByText('There is none').waitFor();
    await click(page, 'link', 'Orders');
    await page.getByText('There is none yet').waitFor();
    const orderId = await placeOrder(page, 'standing-desk', 4);
    await page.getByText('awaiting approval').first().waitFor();

    await click(page, 'link', 'Approvals');
    await page.getByText('EUR 2,596.00').waitFor();
    expect(await page.getByRole('region', { name: 'Approvals' }).getByRole('row').count()).toBe(2);
    await click(page, 'link', 'Overview');
    await page.getByText(`for ${MANAGER}`).waitFor();
    await page.getByText(/expires in 2 d/).waitFor();
    await expectAccessible(page);

    await page.getByRole('link', { name: 'Mailbox', exact: true }).click();
    await page
      .getByRole('link', { name: /^Please decide/ })
      .first()
      .click();
    const [approval] = await Promise.all([
      page.waitForEvent('popup'),
      page
        .getByRole('link', { name: /\/approvals\// })
        .first()
        .click(),
    ]);
    await approval.getByRole('button', { name: 'Approve' }).click();
    await approval
      .getByText(/approved/i)
      .first()
      .waitFor();
    await approval.close();

    await click(page, 'link', 'Orders');
    await page.getByRole('link', { name: orderId }).click();
    await page.getByText('completed', { exact: true }).first().waitFor();
    await page.getByText('Payment captured').waitFor();
    await expectAccessible(page);
    expect(troubles).toEqual([]);
    await page.close();
  });

  test('its execution shows the path that it took, and each state what went in and came out', async () => {
    const { page, troubles } = await opened('executions?name=ord_');
    await page.getByRole('row').filter({ hasText: 'process-order' }).getByRole('link').first().click();
    await state(page, /^Authorise payment, Task, Succeeded/).waitFor();
    await state(page, /^Pick shipments, Map, Succeeded/).waitFor();
    await state(page, /^Reserve stock, Task, Succeeded/).click();
    await page.getByRole('region', { name: 'Output of the state' }).getByText('"signOffNeeded"').first().waitFor();
    await page.getByText('Variables assigned').waitFor();
    await page.getByLabel('Paths of errors').check();
    await state(page, /^Compensation failed/).waitFor();

    await page.getByRole('link', { name: 'Execution that Sign off started' }).click();
    await page.getByRole('heading', { name: /-sign-off$/ }).waitFor();
    await page.goBack();
    await state(page, /^Sign off, Task, Succeeded/).click();
    await page
      .getByRole('complementary')
      .getByRole('link', { name: /-sign-off$/ })
      .click();
    await page.getByRole('heading', { name: /-sign-off$/ }).waitFor();
    await page.getByText('Started by').waitFor();

    await page.getByLabel('Kind').selectOption('Tasks');
    await page.getByRole('button', { name: 'TaskSubmitted' }).first().click();
    await page
      .getByRole('dialog')
      .getByText('taskSubmittedEventDetails')
      .or(page.getByText('resourceType'))
      .first()
      .waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('tab', { name: 'Timeline' }).click();
    await page.getByLabel('Squeeze waits').uncheck();
    await expectAccessible(page);
    expect(troubles).toEqual([]);
    await page.close();
  });

  test('what the API refuses is said at its field', async () => {
    const { page } = await opened('app/orders');
    await page.getByRole('button', { name: /^Place order/ }).click();
    const dialog = page.getByRole('dialog');
    await fillOrder(page, 'standing-desk', -1);
    await expectAccessible(page);
    await dialog.getByLabel('Quantity').press('Enter');
    await dialog.getByRole('alert').getByText('/lines/0/quantity').waitFor();
    expect(await dialog.getByLabel('Quantity').getAttribute('aria-invalid')).toBe('true');
    await page.close();
  });

  test('an approval that nobody gives expires by skipping from timer to timer', async () => {
    const { page, troubles } = await opened('app/orders');
    const orderId = await placeOrder(page, 'standing-desk', 5);
    await page.getByText('awaiting approval').first().waitFor();
    await click(page, 'link', 'Clock');
    await page.getByRole('row').filter({ hasText: orderId }).first().waitFor();
    await expectAccessible(page);
    for (let days = 0; days < 3; days++)
      await page.getByRole('button', { name: '+ 1 day' }).click({ timeout: 120_000 });
    await click(page, 'link', 'Orders');
    await page.getByRole('link', { name: orderId }).click();
    await page.getByText('expired', { exact: true }).first().waitFor({ timeout: 120_000 });
    await page.getByRole('link', { name: /^Reminder/ }).waitFor();
    expect(troubles).toEqual([]);
    await page.close();
  });

  test('approvals, products and services can be looked into', async () => {
    const { page, troubles } = await opened('app/orders');
    await placeOrder(page, 'standing-desk', 6);
    await page.getByText('awaiting approval').first().waitFor();
    await click(page, 'link', 'Approvals');
    await page
      .getByRole('link', { name: /^Order for/ })
      .first()
      .click();
    await page.getByText('Waiting for').first().waitFor();
    await page
      .getByRole('link', { name: /sign-off/ })
      .first()
      .waitFor();
    await expectAccessible(page);
    await click(page, 'link', 'Products');
    await page.getByText('EUR 649.00').waitFor();
    await expectAccessible(page);
    for (const [kind, text] of [
      ['Tables', /OrdersTable/],
      ['Queues', /AccountingQueue/],
      ['Topics', /ApprovalsTopic/],
      ['Buses', /orders$/],
      ['Logs', /place-order/],
    ] as const) {
      await click(page, 'link', 'Services');
      await page.getByRole('navigation', { name: 'Services' }).getByRole('link', { name: kind }).click();
      await page
        .getByRole('link')
        .filter({ hasText: /^countersign-|^\/aws\// })
        .first()
        .waitFor();
      const part = page.getByLabel('Name contains');
      if (await part.isVisible()) await part.fill(text.source.replaceAll(/[^\w-]/g, ''));
      await page.getByRole('link', { name: text }).first().click();
      await page.getByRole('heading', { level: 1, name: text }).waitFor();
      await loaded(page);
      await expectAccessible(page);
    }
    expect(troubles).toEqual([]);
    await page.close();
  });

  test('a hostile order is placed through the API, and shown everywhere as the text that it is', async () => {
    const { page, troubles } = await opened('');
    const { shop } = running!;
    const sku = 'hostile-desk';
    const name = '<img src=x onerror="globalThis.hacked=1"> desk';
    const turned = shop.stockUp(sku, { name: `${name}\u202E`, prices: { EUR: 64_900 } }, 10);
    await expect(turned).rejects.toThrow('422');
    await shop.stockUp(sku, { name, prices: { EUR: 64_900 } }, 10);
    const reason = `</p><script>globalThis.hacked=2</script> {{7*7}} \${7*7} ${'字'.repeat(300)}`;
    const order = {
      requestedBy: `ada'&{{7*7}}\${globalThis.hacked=3}@example.com`,
      currency: 'EUR',
      lines: [{ sku, quantity: 4 }],
      payment: { token: 'tok_visa' },
      reason,
    };
    const orderId = await shop.place(order, 'hostile');
    const mail = await shop.mailTo(MANAGER, orderId);
    for (const path of [
      '',
      'app/orders',
      `app/orders/${orderId}`,
      'app/approvals',
      'app/products',
      `app/products/${sku}`,
      'mailbox',
      `mailbox/${mail.id}`,
      `executions?name=${orderId}`,
    ]) {
      await page.goto(`${shop.api}/_local/${path}`);
      await loaded(page);
      await expectUnmoved(page);
    }
    await page.goto(`${shop.api}/_local/app/orders/${orderId}`);
    await page.getByText(name).first().waitFor();
    await page.getByText('<script>globalThis.hacked=2</script>').first().waitFor();
    await expectAccessible(page);

    await page.goto(linkIn(mail));
    await page.getByText(name).first().waitFor();
    expect(await page.evaluate('globalThis.hacked')).toBeUndefined();
    expect(await page.evaluate('document.querySelectorAll("script, img[onerror], svg[onload]").length')).toBe(0);
    await page.getByRole('button', { name: 'Reject' }).click();
    expect((await shop.ended(orderId)).status).toBe('rejected');
    expect(troubles).toEqual([]);
    await page.close();
  });

  test('no product, one product, and ten thousand products and approvals', async () => {
    const { page, troubles } = await opened('');
    const { cloud } = running!;
    const { TableNames } = await cloud.call('dynamodb', 'ListTables', {}, cloud);
    const table = (part: string): string => TableNames.find((name: string) => name.includes(part));
    const TableName = table('ProductsTable');
    const { Items } = await cloud.call('dynamodb', 'Scan', { TableName }, cloud);
    for (const { sku } of Items) await cloud.call('dynamodb', 'DeleteItem', { TableName, Key: { sku } }, cloud);
    await click(page, 'link', 'Products');
    await page.getByText('There is none.').waitFor();
    await cloud.call('dynamodb', 'PutItem', { TableName, Item: Items[0] }, cloud);
    await page.reload();
    const products = page.getByRole('region', { name: 'Products', exact: true });
    await products.getByText(Items[0].sku.S, { exact: true }).waitFor();
    expect(await products.getByRole('row').count()).toBe(2);
    await expectAccessible(page);

    await putItems(cloud, table('ApprovalsTable'), MANY, (index) => ({
      approvalId: `apr_${index}`,
      waiting: 'yes',
      stageName: 'Manager',
      waitingFor: [MANAGER],
      subject: { type: 'order', title: `Order ${index}`, id: `ord_${index}`, requestedBy: 'ada@example.com' },
      openedAt: new Date(Date.UTC(2030, 0, 1, 0, 0, index)).toISOString(),
      expiresAt: '2030-11-30T08:00:00.000Z',
    }));
    await putItems(cloud, TableName, MANY, (index) => ({
      ...{ sku: `sku-${index}`, name: `Product ${index}`, prices: { EUR: index }, warehouse: 'main' },
      ...{ stock: index, reserved: 0, shipped: 0 },
    }));
    for (const [link, label, last] of [
      ['Approvals', 'Approvals', 'Order 9999'],
      ['Products', 'Products', 'sku-9999'],
    ] as const) {
      await click(page, 'link', link);
      const list = page.getByRole('region', { name: label, exact: true });
      await list.getByRole('row').nth(5).waitFor();
      await list.evaluate((element: { scrollTop: number; scrollHeight: number }) => {
        element.scrollTop = element.scrollHeight;
      });
      await list.getByText(last, { exact: true }).first().waitFor();
      expect(await list.getByRole('row').count()).toBeLessThan(80);
    }
    expect(troubles).toEqual([]);
    await page.close();
  });

  return { close: async () => running?.close() };
}

const click = (page: Page, role: 'link', name: string): Promise<void> =>
  page.getByRole('navigation', { name: 'Console' }).getByRole(role, { name, exact: true }).click();

export const state = (page: Page, name: RegExp) => page.getByRole('button', { name });

async function fillOrder(page: Page, sku: string, quantity: number): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Requested by').fill('ada@example.com');
  await dialog.getByLabel('Sku').selectOption(sku);
  await dialog.getByLabel('Quantity').fill(String(quantity));
}

/** @returns the order's id */
async function placeOrder(page: Page, sku: string, quantity: number): Promise<string> {
  await page.getByRole('button', { name: /^Place order/ }).click();
  await fillOrder(page, sku, quantity);
  await page.getByRole('dialog').getByRole('button', { name: 'Place order' }).click();
  await page.waitForURL(/\/app\/orders\/ord_/);
  return decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1) ?? '');
}
