import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { ROUTES_OF_SCOPES } from '../../../domain/access.ts';

const text = readFileSync(join(import.meta.dirname, '../../../infra/openapi.yml'), 'utf8');
const { paths } = parse(text, { logLevel: 'error' }) as {
  paths: Record<string, Record<string, { security: unknown; 'x-scopes'?: string[] }>>;
};
const routes = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { security, 'x-scopes': scopes }]) => ({
    route: `${method.toUpperCase()}${path.replaceAll(/\{\w+\}/g, '*')}`,
    isPublic: Array.isArray(security) && security.length === 0,
    scopes,
  })),
);

test('each route that is not public says which scopes open it, and those open it', () => {
  const guarded = routes.filter(({ isPublic }) => !isPublic);
  expect(guarded.length).toBeGreaterThan(5);
  const opening = (route: string) =>
    Object.keys(ROUTES_OF_SCOPES).filter((scope) => ROUTES_OF_SCOPES[scope]!.includes(route));
  expect(guarded.map(({ route, scopes = [] }) => [route, [...scopes].sort()])).toEqual(
    guarded.map(({ route }) => [route, opening(route).sort()]),
  );
  expect(guarded.filter(({ scopes = [] }) => scopes.length === 0)).toEqual([]);
});

test('no scope opens a route that there is not', () => {
  const known = routes.filter(({ isPublic }) => !isPublic).map(({ route }) => route);
  expect(
    Object.values(ROUTES_OF_SCOPES)
      .flat()
      .filter((route) => !known.includes(route)),
  ).toEqual([]);
});

test('a public route names no scopes', () => {
  expect(routes.filter(({ isPublic, scopes }) => isPublic && scopes !== undefined)).toEqual([]);
});
