import { expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { writeMail } from '../../../adapters/mail/write-mail.ts';
import { expectAccessible } from '../console/browser-page.ts';

const MAIL = writeMail({
  to: 'manager@example.com',
  subject: 'Please decide',
  title: `Order for 1,497.00 EUR of Donaudampfschifffahrtsgesellschaft${'s'.repeat(60)} <script>alert(1)</script>`,
  parts: [
    { paragraph: 'ada@example.com asks you to decide as Manager.' },
    { list: ['3 × Desk', `1 × ${'x'.repeat(200)}`] },
    {
      facts: [
        ['Amount', '1,497.00 EUR'],
        ['Reference', `ord_${'0'.repeat(32)}`],
      ],
    },
    { button: 'Read and decide', link: `https://example.com/approvals/apr_1?link=${'A'.repeat(43)}` },
    { note: 'The link is for you alone.' },
  ],
});

// As a browser shows them. Mail programs differ; what none of them may show is a column wider than the screen.
export function mailTests(browser: () => Browser): void {
  test.each([
    ['a small phone', 320, 'light'],
    ['a phone', 375, 'dark'],
    ['a desk', 1_100, 'light'],
  ] as const)(
    'the mail in HTML fits on %s, with a button for a thumb, and can be read',
    async (_, width, colorScheme) => {
      const page = await browser().newPage({ viewport: { width, height: 700 }, colorScheme });
      await page.setContent(MAIL.html);
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      const button = await page.getByRole('link', { name: 'Read and decide' }).boundingBox();
      expect(button?.height).toBeGreaterThanOrEqual(44);
      expect(button?.width).toBeGreaterThanOrEqual(Math.min(width, 560) * 0.75);
      await expectAccessible(page);
      await page.close();
    },
  );
}
