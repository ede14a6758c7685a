import type { Metrics } from '../../metrics.ts';

interface Directive {
  readonly Namespace?: unknown;
  readonly Dimensions?: unknown;
  readonly Metrics?: unknown;
}

interface Place {
  readonly account: string;
  readonly region: string;
}

/**
 * A line of a log in CloudWatch's embedded metric format becomes metrics, as CloudWatch Logs makes them of any line that has
 * `_aws`. What is not in that format is left alone, silently, as there.
 */
export function recordEmbeddedMetrics(line: string, { account, region }: Place, metrics: Metrics): void {
  if (!line.startsWith('{') || !line.includes('"_aws"')) return;
  const document = parse(line);
  const { Timestamp: at, CloudWatchMetrics } = (document?._aws ?? {}) as {
    Timestamp?: unknown;
    CloudWatchMetrics?: unknown;
  };
  if (!document || typeof at !== 'number' || !Array.isArray(CloudWatchMetrics)) return;
  for (const directive of CloudWatchMetrics as (Directive | null)[]) {
    const { Namespace, Dimensions = [[]], Metrics: named } = directive ?? {};
    if (typeof Namespace !== 'string' || !Array.isArray(Dimensions) || !Array.isArray(named)) continue;
    const places = Dimensions.map((keys) => dimensionsIn(document, keys)).filter((found) => found !== undefined);
    for (const definition of named as ({ Name?: unknown; Unit?: unknown } | null)[]) {
      const { Name, Unit } = definition ?? {};
      const values = [document[String(Name)]].flat().filter((value) => typeof value === 'number');
      const about = { account, region, namespace: Namespace, name: String(Name) };
      const unit = typeof Unit === 'string' ? { unit: Unit } : {};
      for (const dimensions of places) {
        for (const value of values) metrics.record({ ...about, dimensions, ...unit }, value, at);
      }
    }
  }
}

/** @returns undefined if the line has not all of them */
function dimensionsIn(document: Readonly<Record<string, unknown>>, keys: unknown): Record<string, string> | undefined {
  if (!Array.isArray(keys) || keys.some((key) => document[key] === undefined)) return undefined;
  return Object.fromEntries(keys.map((key) => [key, String(document[key])]));
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
