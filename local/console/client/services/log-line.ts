/** What structured logging adds to each line, beside what it is about. */
const USUAL = /^(?:level|message|timestamp|service|cold_start|function_\w+|sampling_rate|xray_trace_id)$/;

/** `ERROR` and the like, of a line that is JSON. */
export const levelOf = (line: string): string => String(parsed(line)?.level ?? '');

/** A line as it is read: of JSON with a message, the message and what it is about, without what every line has. */
export function briefly(line: string): string {
  const { level, message, ...others } = parsed(line) ?? {};
  if (typeof message !== 'string') return line;
  const about = Object.entries(others)
    .filter(([name]) => !USUAL.test(name))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return [...(typeof level === 'string' && level !== 'INFO' ? [level] : []), message, ...about].join(' ');
}

function parsed(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}
