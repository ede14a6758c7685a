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
  const about = document?._aws as { Timestamp?: unknown; CloudWatchMetrics?: unknown } | undefined;
  if (!document || typeof about?.Timestamp !== 'number' || !Array.isArray(about.CloudWatchMetrics)) return;
  for (const { Namespace, Dimensions = [[]], Metrics: named } of about.CloudWatchMetrics as Directive[]) {
    if (typeof Namespace !== 'string' || !Array.isArray(Dimensions) || !Array.isArray(named)) continue;
    for (const { Name, Unit } of named as { Name?: unknown; Unit?: unknown }[]) {
      const values = [document[String(Name)]].flat().filter((value) => typeof value === 'number');
      const unit = typeof Unit === 'string' ? { unit: Unit } : {};
      for (const keys of Dimensions as string[][]) {
        const dimensions = Object.fromEntries(keys.map((key) => [key, String(document[key])]));
        for (const value of values) {
          metrics.record(
            { account, region, namespace: Namespace, name: String(Name), dimensions, ...unit },
            value,
            about.Timestamp,
          );
        }
      }
    }
  }
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
