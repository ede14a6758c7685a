import { expect, test } from '@jest/globals';
import { DatabaseSync } from 'node:sqlite';
type A = { a: number };
test('adds', () => { const a: A = { a: 1 }; new DatabaseSync(':memory:').close(); expect(a.a).toBe(1); });
