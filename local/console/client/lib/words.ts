const UNITS: readonly [milliseconds: number, name: string][] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
];

/** `2 d 3 h`, `4 min`, `1.5 s`, `12 ms` */
export function duration(milliseconds: number): string {
  const rest = Math.max(0, milliseconds);
  if (rest < 1_000) return `${Math.round(rest)} ms`;
  if (rest < 10_000) return `${Math.round(rest / 100) / 10} s`;
  const at = UNITS.findIndex(([size]) => rest >= size);
  const [size, name] = UNITS[at]!;
  const whole = Math.floor(rest / size);
  const [smaller, smallerName] = UNITS[at + 1] ?? [1, ''];
  const part = Math.floor((rest - whole * size) / smaller);
  return smallerName !== '' && part > 0 && whole < 10 ? `${whole} ${name} ${part} ${smallerName}` : `${whole} ${name}`;
}

/** `2 h ago`, `in 3 d`; `now` within a second. */
export function relative(at: number, now: number): string {
  const distance = at - now;
  if (Math.abs(distance) < 1_000) return 'now';
  return distance > 0 ? `in ${duration(distance)}` : `${coarse(-distance)} ago`;
}

/** The past needs no more than its largest unit. */
const coarse = (milliseconds: number): string => duration(milliseconds).split(' ').slice(0, 2).join(' ');

/** `22 Nov 2026, 13:05:07` in the reader's time zone. */
export const dateTime = (at: number): string => FORMAT.format(at);

const FORMAT = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** `13:05:07.250`, where the day is known. */
export const timeOfDay = (at: number): string => TIME.format(at);

const TIME = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
});

/** `1 mail`, `2 mails` */
export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number.toLocaleString('en')} ${number === 1 ? one : many}`;

/** The name at the end of an ARN. */
export const nameIn = (arn: string): string => arn.split(':').at(-1) ?? arn;

/** JSON text, laid out; as it is if it is no JSON. */
export function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
