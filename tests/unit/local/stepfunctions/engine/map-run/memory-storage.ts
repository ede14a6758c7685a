import type { MapStorage } from '../../../../../../local/stepfunctions/engine/map-run/map-storage.ts';

/** Objects by `bucket/key`. */
export function createMemoryStorage(
  objects: Record<string, string | Uint8Array> = {},
): MapStorage & { readonly texts: Record<string, string> } {
  const texts: Record<string, string> = {};
  const bytesOf = (content: string | Uint8Array) =>
    typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return {
    texts,
    async read({ bucket, key }) {
      const content = objects[`${bucket}/${key}`];
      if (content === undefined) throw new Error('The specified key does not exist.');
      return bytesOf(content);
    },
    async list({ bucket, prefix }) {
      return Object.keys(objects)
        .filter((name) => name.startsWith(`${bucket}/${prefix}`))
        .sort()
        .map((name) => ({
          key: name.slice(bucket.length + 1),
          etag: '"e"',
          size: bytesOf(objects[name]!).byteLength,
          lastModified: 1_700_000_000_500,
          storageClass: 'STANDARD',
        }));
    },
    async write({ bucket, key }, content) {
      texts[`${bucket}/${key}`] = new TextDecoder().decode(content);
    },
  };
}
