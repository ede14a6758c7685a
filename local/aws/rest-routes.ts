import { type OperationModel, operationModel, operationNames, requiredMembers } from './model.ts';
import { ServiceError } from './service.ts';
import type { Target, WireRequest } from './wire.ts';

interface Route {
  readonly model: OperationModel;
  readonly method: string;
  /** `{Name}` one segment, `{Name+}` the rest. */
  readonly segments: readonly string[];
  /** Parameters that the path template has, such as `?list-type=2`. */
  readonly literals: URLSearchParams;
  readonly queryNames: readonly string[];
  /** Those of `queryNames` that a request has to have. */
  readonly requiredNames: readonly string[];
}

const routes = new Map<string, readonly Route[]>();

/** Finds the operation of a REST request in the service's model. The buckets of S3 are no part of the model's paths. */
export function findRoute(service: string, request: WireRequest): Target | undefined {
  const all = routes.get(service) ?? compile(service);
  routes.set(service, all);
  const { bucket, path } = service === 's3' ? splitBucket(request) : { bucket: undefined, path: request.path };
  const matches = all.flatMap((route) => {
    const labels = route.method === request.method ? match(route, path) : undefined;
    if (!labels || !literalsFit(route, request)) return [];
    if (service === 's3' && isAboutBucket(route) !== (bucket !== undefined)) return [];
    return [{ route, labels: bucket === undefined ? labels : { ...labels, Bucket: bucket } }];
  });
  const best = matches.sort((a, b) => score(b.route, request) - score(a.route, request))[0];
  return best && { operation: best.route.model.name, model: best.route.model, labels: best.labels };
}

function compile(service: string): Route[] {
  return operationNames(service).flatMap((name) => {
    const model = operationModel(service, name)!;
    if (!model.http) return [];
    const [path, query] = model.http[1].split('?') as [string, string?];
    const members = model.input.isUnitSchema() ? [] : [...model.input.structIterator()];
    const required = requiredMembers(model.input);
    const namesIn = (some: typeof members) => some.flatMap(([, member]) => member.getMergedTraits().httpQuery ?? []);
    return [
      {
        model,
        method: model.http[0],
        segments: segmentsOf(path),
        literals: new URLSearchParams(query),
        queryNames: namesIn(members),
        requiredNames: namesIn(members.filter(([name]) => required.includes(name))),
      },
    ];
  });
}

/** A slash at the end means nothing, except in the keys of S3, which are one greedy label. */
const segmentsOf = (path: string): string[] => path.split('/').slice(1);

function match({ segments }: Route, path: string): Record<string, string> | undefined {
  const parts = segmentsOf(path);
  const labels: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const part = parts[index];
    if (segment.endsWith('+}')) {
      const rest = parts.slice(index).join('/');
      if (rest === '') return undefined;
      labels[segment.slice(1, -2)] = decode(rest);
      return labels;
    }
    if (part === undefined) return segment === '' ? labels : undefined;
    if (segment.startsWith('{')) {
      if (part === '') return undefined;
      labels[segment.slice(1, -1)] = decode(part);
    } else if (segment !== part) return undefined;
  }
  const rest = parts.slice(segments.length);
  return rest.length === 0 || (rest.length === 1 && rest[0] === '') ? labels : undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ServiceError('InvalidURI', `The path ${text} is not percent-encoded UTF-8`);
  }
}

/** `x-id` only repeats the operation's name, for proxies; not every client sends it. */
function literalsFit({ literals }: Route, { query }: WireRequest): boolean {
  return [...literals].every(([name, value]) =>
    name === 'x-id'
      ? !query.has(name) || query.get(name) === value
      : query.has(name) && (value === '' || query.get(name) === value),
  );
}

/** The most specific wins: what the template demands, then what it knows of the given parameters, and none that it lacks. */
function score(
  { literals, queryNames, requiredNames, model, segments }: Route,
  { query, headers }: WireRequest,
): number {
  const demanded = [...literals.keys()].filter((name) => name !== 'x-id').length;
  const known = queryNames.filter((name) => query.has(name)).length;
  const lacking = requiredNames.filter((name) => !query.has(name)).length;
  const isCopy = /^(CopyObject|UploadPartCopy)$/.test(model.name);
  const fixed = segments.filter((segment) => segment !== '' && !segment.startsWith('{')).length;
  return (
    demanded * 100 +
    fixed * 100 +
    known * 10 -
    lacking * 5 +
    (isCopy === (headers['x-amz-copy-source'] !== undefined) ? 1 : 0)
  );
}

const isAboutBucket = ({ model }: Route): boolean =>
  [...model.input.structIterator()].some(([name]) => name === 'Bucket');

/** `bucket.localhost/key` or `localhost/bucket/key`. */
function splitBucket({ hostPrefix, path }: WireRequest): { bucket?: string; path: string } {
  if (hostPrefix) return { bucket: hostPrefix, path };
  const [, bucket, rest] = /^\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  return bucket === undefined ? { path: '/' } : { bucket: decode(bucket), path: rest ?? '/' };
}
