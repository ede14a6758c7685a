import { expect, test } from '@jest/globals';
import { codeOf, sourcesBelow } from './sources.ts';

const FOLDERS = ['adapters', 'bench', 'domain', 'functions', 'infra', 'local', 'scripts', 'tests'];
/** Files are meant to have around 100 lines, and rarely 300; here the compass becomes a gate. */
const LONGEST = 450;
const sources = FOLDERS.flatMap(sourcesBelow);

test('file names are kebab-case and say what is inside', () => {
  const names = sources
    .map(({ path }) => path)
    .filter((path) => {
      const name = path
        .split('/')
        .at(-1)!
        .replace(/(\.test|\.d)?\.ts$/, '');
      return !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) || ['utils', 'helpers', 'types', 'common', 'misc'].includes(name);
    });
  expect(names).toEqual([]);
});

test('no file is so long that it must hold several things', () => {
  const long = sources.filter(({ path, text }) => !path.startsWith('tests/') && text.split('\n').length > LONGEST);
  expect(long.map(({ path }) => path)).toEqual([]);
});

test('the compiler is never silenced', () => {
  const silencer = new RegExp('@ts-' + '(ignore|expect-error|nocheck)');
  expect(sources.filter(({ text }) => silencer.test(text)).map(({ path }) => path)).toEqual([]);
});

test('what ships prints nothing by console', () => {
  const printing = ['adapters', 'domain', 'functions', 'local']
    .flatMap(sourcesBelow)
    .filter((source) => /\bconsole\s*\.\s*(log|debug|info)\b/.test(codeOf(source)));
  expect(printing.map(({ path }) => path)).toEqual([]);
});
