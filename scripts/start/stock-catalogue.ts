import { readFileSync } from 'node:fs';
import type { CloudUrls } from '../../local/cloud.ts';

interface CatalogueEntry {
  readonly sku: string;
  readonly [member: string]: unknown;
}

/**
 * Puts a first catalogue into the shop, by its own API, if it has no products yet.
 * @param file entries of `PUT /products/{sku}`, each with its `sku`
 * @throws Error if the API refuses
 */
export async function stockCatalogue(urls: CloudUrls, file: string, progress: (text: string) => void): Promise<void> {
  const headers = { 'x-api-key': urls.apiKey ?? '', 'content-type': 'application/json' };
  const { products } = (await answerOf(await fetch(`${urls.api}/products`, { headers }))) as { products: unknown[] };
  if (products.length > 0) return;
  progress('Stocking the catalogue …');
  const entries = JSON.parse(readFileSync(file, 'utf8')) as readonly CatalogueEntry[];
  await Promise.all(
    entries.map(async ({ sku, ...product }) => {
      const url = `${urls.api}/products/${encodeURIComponent(sku)}`;
      await answerOf(await fetch(url, { method: 'PUT', headers, body: JSON.stringify(product) }));
    }),
  );
}

async function answerOf(response: Response): Promise<unknown> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${text}`);
  return JSON.parse(text);
}
