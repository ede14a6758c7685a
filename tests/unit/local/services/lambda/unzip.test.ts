import { expect, test } from '@jest/globals';
import { strFromU8, strToU8, zipSync } from 'fflate';
import { TooLarge, unzip } from '../../../../../local/services/lambda/unzip.ts';

const FILES = {
  'index.mjs': strToU8('export const handler = async () => 1; '.repeat(100)),
  'lib/größe.txt': strToU8('größer'),
  'lib/empty': new Uint8Array(),
};
const SIZE = Object.values(FILES).reduce((sum, { byteLength }) => sum + byteLength, 0);

const texts = (files: ReadonlyMap<string, Uint8Array>) =>
  Object.fromEntries([...files].map(([name, content]) => [name, strFromU8(content)]));

test.each([
  ['packed', zipSync(FILES)],
  ['only stored', zipSync(FILES, { level: 0 })],
  ['with a remark', zipSync(FILES, { comment: 'of somebody' })],
])('what is %s is there, byte by byte', (_how, zip) => {
  const expected = texts(new Map(Object.entries(FILES)));
  expect(texts(unzip(zip, SIZE))).toEqual(expected);
  // As a part of something larger, as requests are.
  expect(texts(unzip(new Uint8Array([1, 2, 3, ...zip]).subarray(3), SIZE))).toEqual(expected);
});

test('an archive that holds more than is allowed is refused', () => {
  expect(() => unzip(zipSync(FILES), SIZE - 1)).toThrow(TooLarge);
});

test('an archive that says to hold less than it does is refused', () => {
  const zip = Buffer.from(zipSync(FILES));
  const entry = zip.indexOf('PK\x01\x02');
  zip.writeUInt32LE(10, entry + 24);
  expect(() => unzip(zip, SIZE)).toThrow();
});

test('an archive that was cut short anywhere, or has another byte in its contents, is refused', () => {
  const zip = zipSync(FILES, { level: 0 });
  for (let length = 0; length < zip.length; length += 7) expect(() => unzip(zip.subarray(0, length), SIZE)).toThrow();
  const damaged = zip.slice();
  damaged[100]! ^= 1;
  expect(() => unzip(damaged, SIZE)).toThrow('a content is damaged');
});
