import { expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { codeIn, linkIn } from '../../../scripts/demo/shop.ts';
import { expectAccessible } from '../console/browser-page.ts';
import { LARGE_ORDER, type LocalShop, MANAGER } from '../running-shop.ts';

// A person at a real browser.
export function browserTests(running: () => LocalShop, browser: () => Browser): void {
  test('an approver opens the mailbox, follows the link, presses Approve, and sees what came of it', async () => {
    const { shop } = running();
    const orderId = await shop.place({ ...LARGE_ORDER, reason: 'For the new office' }, 'browser');
    await shop.mailTo(MANAGER, orderId);
    const page = await browser().newPage();

    await page.goto(`${shop.api}/_local/mailbox`);
    await page
      .getByText(/Please decide/)
      .first()
      .click();
    const [approval] = await Promise.all([
      page
        .context()
        .waitForEvent('page', { timeout: 5_000 })
        .catch(() => page),
      page
        .getByRole('link', { name: /\/approvals\// })
        .first()
        .click(),
    ]);
    await approval.waitForURL(/\/approvals\//);
    await expectText(approval, 'For the new office');
    await expectText(approval, 'Standing desk');

    await approval.getByRole('button', { name: 'Approve' }).click();
    await expectText(approval, /approved/i);
    await expectText(approval, MANAGER);

    expect((await shop.ended(orderId)).status).toBe('completed');
    await approval.reload();
  });

  test('on a phone, an approver has a code mailed, types it, and the next one hands over to a colleague', async () => {
    const { shop } = running();
    const lines = [{ sku: 'standing-desk', quantity: 78 }]; // above the amount that a link alone may decide about
    const orderId = await shop.place({ ...LARGE_ORDER, lines }, 'browser with code');
    const page = await browser().newPage({ viewport: { width: 390, height: 844 } });
    const complaints: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));

    await page.goto(linkIn(await shop.mailTo(MANAGER, orderId)));
    expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
    await expectAccessible(page);

    // The narrowest that people zoom to: what is signed has a line of its own, and nothing has to be scrolled sideways.
    await page.setViewportSize({ width: 320, height: 700 });
    expect((await page.getByRole('cell').first().boundingBox())?.width).toBeGreaterThan(200);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(320);
    await expectAccessible(page);
    await page.setViewportSize({ width: 390, height: 844 });

    await page.getByRole('button', { name: 'Mail me a code' }).click();
    await page.getByLabel('Code from the mail').fill(codeIn(await shop.mailTo(MANAGER, orderId, /^Your code/)));
    await page.getByRole('button', { name: 'Approve' }).click();
    await expectText(page, '1 of 1 approved');

    await page.goto(linkIn(await shop.mailTo('cfo@example.com', orderId)));
    await expectText(page, `${MANAGER} approved`);
    await page.getByRole('button', { name: 'Mail me a code' }).click();
    const code = codeIn(await shop.mailTo('cfo@example.com', orderId, /^Your code/));
    await page.getByText('Hand over to a colleague').click();
    await expectAccessible(page);
    await page.getByLabel('The code that was mailed to you').fill(code);
    await page.getByLabel('Who decides in your place?').selectOption('auditor@example.com');
    await page.getByRole('button', { name: 'Hand over' }).click();
    await expectText(page, 'Handed over');
    expect((await shop.mailTo('auditor@example.com', orderId)).subject).toMatch(/^Handed over to you/);

    const { approvals } = (await shop.call('GET', '/approvals')).json();
    expect(approvals.find(({ subject }: { subject: { id: string } }) => subject.id === orderId)).toMatchObject({
      stage: 'Finance',
      codeNeeded: true,
      waitingFor: ['auditor@example.com', 'controller@example.com', 'treasurer@example.com'],
      nextTickAt: expect.any(String),
    });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    expect(complaints).toEqual([]);
    await page.close();
  });
}

async function expectText(page: import('playwright-core').Page, text: string | RegExp): Promise<void> {
  await page.getByText(text).first().waitFor({ timeout: 10_000 });
}
