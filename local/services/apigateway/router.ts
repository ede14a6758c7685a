import type { ApiMethod } from './definition/rest-api.ts';

export interface RouteMatch {
  readonly method: ApiMethod;
  /** Percent-decoded. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

interface Candidate {
  readonly methods: Map<string, ApiMethod>;
  readonly segments: readonly string[];
}

/** Finds the method of a path: what is written out goes before `{parameters}`, those before `{proxy+}`. */
export class Router {
  readonly #candidates = new Map<string, Candidate>();

  constructor(methods: readonly ApiMethod[]) {
    for (const method of methods) {
      const candidate = this.#candidates.get(method.path) ?? {
        methods: new Map(),
        segments: method.path.split('/').slice(1),
      };
      candidate.methods.set(method.httpMethod, method);
      this.#candidates.set(method.path, candidate);
    }
  }

  /**
   * @param path percent-encoded
   * @returns undefined if there is no such route
   * @throws URIError if the path is not percent-encoded UTF-8
   */
  find(httpMethod: string, path: string): RouteMatch | undefined {
    // API Gateway ignores one slash at the end.
    const parts = path
      .replace(/(.)\/$/, '$1')
      .split('/')
      .slice(1);
    const matching = [...this.#candidates.values()]
      .filter(({ segments }) => matches(segments, parts))
      .sort((a, b) => compare(a.segments, b.segments))[0];
    const method = matching?.methods.get(httpMethod) ?? matching?.methods.get('ANY');
    return matching && method && { method, pathParameters: parametersOf(matching.segments, parts) };
  }
}

const isGreedy = (segment: string): boolean => segment.endsWith('+}');
const isParameter = (segment: string): boolean => segment.startsWith('{') && segment.endsWith('}');

function matches(segments: readonly string[], parts: readonly string[]): boolean {
  for (const [index, segment] of segments.entries()) {
    const part = parts[index];
    if (part === undefined) return false;
    if (isGreedy(segment)) return part !== '';
    if (isParameter(segment) ? part === '' : segment !== part) return false;
  }
  return segments.length === parts.length;
}

const rank = (segment: string | undefined): number =>
  segment === undefined ? 3 : isGreedy(segment) ? 2 : isParameter(segment) ? 1 : 0;

function compare(a: readonly string[], b: readonly string[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = rank(a[index]) - rank(b[index]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function parametersOf(segments: readonly string[], parts: readonly string[]): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    if (isGreedy(segment)) parameters[segment.slice(1, -2)] = decodeURIComponent(parts.slice(index).join('/'));
    else if (isParameter(segment)) parameters[segment.slice(1, -1)] = decodeURIComponent(parts[index]!);
  }
  return parameters;
}
