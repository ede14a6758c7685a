/** Patterns as data: what matches, what does not. */
export interface PatternCase {
  readonly pattern: object;
  readonly matches: readonly unknown[];
  readonly rejects: readonly unknown[];
}

const a = (value: unknown) => ({ a: value });

export const PATTERN_CASES: Readonly<Record<string, PatternCase>> = {
  'one of several values': {
    pattern: { a: ['x', 'y'] },
    matches: [a('x'), a('y')],
    rejects: [a('z'), a(null), a({}), {}, a('X')],
  },
  'values keep their types': {
    pattern: { a: [1, true, null] },
    matches: [a(1), a(1.0), a(true), a(null)],
    rejects: [a('1'), a('true'), a(''), {}, a(false)],
  },
  'all fields have to match': {
    pattern: { a: ['x'], b: ['y'] },
    matches: [{ a: 'x', b: 'y', c: 1 }],
    rejects: [{ a: 'x' }, { a: 'x', b: 'x' }],
  },
  'nested fields': {
    pattern: { a: { b: ['x'] } },
    matches: [a({ b: 'x', c: 1 })],
    rejects: [a('x'), a({ b: 'y' }), { b: 'x' }],
  },
  'one element of an array': {
    pattern: { a: ['x'] },
    matches: [a(['y', 'x']), a([['x']])],
    rejects: [a([]), a(['y'])],
  },
  'elements that are objects match as wholes': {
    pattern: { a: { b: [1], c: [2] } },
    matches: [a([{ b: 1, c: 2 }])],
    rejects: [
      a([
        { b: 1, c: 9 },
        { b: 9, c: 2 },
      ]),
    ],
  },
  prefix: {
    pattern: { a: [{ prefix: 'ab' }] },
    matches: [a('abc'), a('ab'), a(['z', 'abz'])],
    rejects: [a('xab'), a('AB'), a(1), {}],
  },
  'prefix, ignoring case': {
    pattern: { a: [{ prefix: { 'equals-ignore-case': 'AB' } }] },
    matches: [a('abc'), a('Abc')],
    rejects: [a('xab')],
  },
  suffix: { pattern: { a: [{ suffix: '.png' }] }, matches: [a('x.png')], rejects: [a('x.PNG'), a('.png.x')] },
  'suffix, ignoring case': {
    pattern: { a: [{ suffix: { 'equals-ignore-case': '.png' } }] },
    matches: [a('x.PnG')],
    rejects: [a('png')],
  },
  'equals, ignoring case': {
    pattern: { a: [{ 'equals-ignore-case': 'Yes' }] },
    matches: [a('yes'), a('YES')],
    rejects: [a('yess'), a(true)],
  },
  wildcard: {
    pattern: { a: [{ wildcard: 'a*c*.png' }] },
    matches: [a('ac.png'), a('abcd\n.png')],
    rejects: [a('ac.pngx'), a('acxpng'), a('xac.png')],
  },
  'wildcard with escapes': {
    pattern: { a: [{ wildcard: 'a\\*b\\\\*' }] },
    matches: [a('a*b\\'), a('a*b\\x')],
    rejects: [a('axb\\'), a('a*b')],
  },
  'anything but a value': {
    pattern: { a: [{ 'anything-but': 'x' }] },
    matches: [a('y'), a(1), a(null)],
    rejects: [a('x'), {}, a({})],
  },
  'anything but values': {
    pattern: { a: [{ 'anything-but': ['x', 2] }] },
    matches: [a('y'), a(1), a(['x', 'y'])],
    rejects: [a('x'), a(2), a(['x', 2])],
  },
  'anything but a prefix': {
    pattern: { a: [{ 'anything-but': { prefix: 'x' } }] },
    matches: [a('yx'), a(1)],
    rejects: [a('xy'), {}],
  },
  'anything but prefixes': {
    pattern: { a: [{ 'anything-but': { prefix: ['x', 'y'] } }] },
    matches: [a('z')],
    rejects: [a('xy'), a('y')],
  },
  'anything but a suffix': {
    pattern: { a: [{ 'anything-but': { suffix: 'x' } }] },
    matches: [a('xy')],
    rejects: [a('yx')],
  },
  'anything but, ignoring case': {
    pattern: { a: [{ 'anything-but': { 'equals-ignore-case': ['X', 'Y'] } }] },
    matches: [a('z')],
    rejects: [a('x'), a('y')],
  },
  'anything but a wildcard': {
    pattern: { a: [{ 'anything-but': { wildcard: '*/lib/*' } }] },
    matches: [a('/bin/x')],
    rejects: [a('/lib/x')],
  },
  'a number': { pattern: { a: [{ numeric: ['=', 3] }] }, matches: [a(3), a(3.0)], rejects: [a('3'), a(4), a(null)] },
  'a range of numbers': {
    pattern: { a: [{ numeric: ['>', 0, '<=', 5] }] },
    matches: [a(0.1), a(5)],
    rejects: [a(0), a(5.1), a('3')],
  },
  'numbers below': { pattern: { a: [{ numeric: ['<', -1] }] }, matches: [a(-2)], rejects: [a(-1), a(0)] },
  'addresses of a network': {
    pattern: { a: [{ cidr: '10.0.0.0/24' }] },
    matches: [a('10.0.0.255')],
    rejects: [a('10.0.1.0'), a('x'), a('::1')],
  },
  'addresses of an IPv6 network': {
    pattern: { a: [{ cidr: '2001:db8::/32' }] },
    matches: [a('2001:db8::1')],
    rejects: [a('2001:db9::1'), a('10.0.0.1')],
  },
  'a field that is there': {
    pattern: { a: [{ exists: true }] },
    matches: [a(null), a(''), a([1])],
    rejects: [{}, a({}), a([])],
  },
  'a field that is not there': {
    pattern: { a: { b: [{ exists: false }] } },
    matches: [{}, a({}), a({ c: 1 })],
    rejects: [a({ b: null })],
  },
  'a value or nothing': { pattern: { a: ['x', { exists: false }] }, matches: [a('x'), {}], rejects: [a('y')] },
  'one pattern or another': {
    pattern: { c: [1], $or: [{ a: ['x'] }, { b: [{ numeric: ['>', 5] }] }] },
    matches: [
      { c: 1, a: 'x' },
      { c: 1, b: 6 },
    ],
    rejects: [{ c: 1 }, { a: 'x', b: 6 }, { c: 1, b: 5 }],
  },
  'a nested or': {
    pattern: { a: { $or: [{ b: [1] }, { c: [2] }] } },
    matches: [a({ b: 1 }), a({ c: 2 })],
    rejects: [a({ b: 2 }), { b: 1 }],
  },
  'a field called $or': { pattern: { $or: ['x'] }, matches: [{ $or: 'x' }], rejects: [{}, { $or: 'y' }] },
  'names of Object': { pattern: { toString: ['x'] }, matches: [{ toString: 'x' }], rejects: [{}] },
};

export const BROKEN_PATTERNS: readonly unknown[] = [
  {},
  [],
  'x',
  null,
  { a: 'x' },
  { a: [] },
  { a: {} },
  { a: 1 },
  { a: [[1]] },
  { a: [{ unknown: 1 }] },
  { a: [{ prefix: 1 }] },
  { a: [{ prefix: 'x', suffix: 'y' }] },
  { a: [{ exists: 'true' }] },
  { a: [{ numeric: [] }] },
  { a: [{ numeric: ['>'] }] },
  { a: [{ numeric: ['>', 'x'] }] },
  { a: [{ numeric: ['~', 1] }] },
  { a: [{ numeric: ['toString', 1] }] },
  { a: [{ cidr: '10.0.0.0/33' }] },
  { a: [{ cidr: 'x' }] },
  { a: [{ 'anything-but': [] }] },
  { a: [{ 'anything-but': { exists: true } }] },
  { a: [{ wildcard: 'a**b' }] },
  { a: [{ wildcard: 'a\\b' }] },
  { $or: [{ a: ['x'] }, {}] },
];
