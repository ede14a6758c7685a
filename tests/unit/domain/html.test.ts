import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { html } from '../../../domain/html.ts';

describe('a page', () => {
  test('never takes text for markup, wherever it stands', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { markup } = html`<p title="${text}">${text}</p>`;
        expect(markup.match(/</g)).toHaveLength(2);
        expect(markup.match(/"/g)).toHaveLength(2);
      }),
    );
  });

  test('is put together from parts that are escaped once', () => {
    const rows = ['<a>', '&'].map((text) => html`<li>${text}</li>`);
    expect(html`<ul>${rows}</ul>${undefined}${7}`.markup).toBe('<ul><li>&lt;a&gt;</li><li>&amp;</li></ul>7');
  });

  test('without anything to fill in is what it says', () => {
    expect(html`<hr>`.markup).toBe('<hr>');
  });
});
