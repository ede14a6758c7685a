/** What is deployed, as far as the console draws pages from it. Nothing in here is known to the console beforehand. */
export interface Application {
  /** Of the stack: `countersign-dev`. */
  readonly name: string;
  /** For AWS CLI commands. */
  readonly awsUrl: string;
  readonly region: string;
  /** Opens the routes of the API that need a key. */
  readonly apiKey?: string;
  /** Gives access tokens, for those that need one too. */
  readonly tokenUrl: string;
  /** The first REST API's OpenAPI document: routes, schemas, descriptions. */
  readonly openApi?: object;
  readonly manifest?: ConsoleManifest;
}

/**
 * What an OpenAPI document does not say: which routes belong together on a page. Members are named by dots: `subject.title`.
 */
export interface ConsoleManifest {
  readonly title?: string;
  /** What the console asks an access token for. */
  readonly access?: { readonly audience: string; readonly scope: string };
  readonly collections?: readonly CollectionManifest[];
}

export interface CollectionManifest {
  /** The route of the whole: `/orders`. */
  readonly path: string;
  readonly title: string;
  /** Where there is no route that lists them: each execution of the state machine whose name ends so has one's id as its name. */
  readonly executionsOf?: string;
  readonly columns?: readonly string[];
  /** Each entry waits for somebody: these members say what, for whom, since when and until when. */
  readonly waiting?: { readonly what: string; readonly who: string; readonly since: string; readonly until: string };
  /** The body that a form begins with. */
  readonly example?: unknown;
  /** Members of the body, by name, whose values come from another collection. */
  readonly choices?: Readonly<
    Record<string, { readonly from: string; readonly value: string; readonly label: string }>
  >;
}

/** @param openApi the document of the first REST API; undefined if there is none */
export function applicationOf(
  name: string | undefined,
  urls: { readonly aws: string; readonly apiKey?: string; readonly issuer: string },
  region: string,
  openApi: object | undefined,
  manifest: ConsoleManifest | undefined,
): Application {
  return {
    name: name ?? 'Local cloud',
    awsUrl: urls.aws,
    region,
    tokenUrl: `${new URL(urls.issuer).pathname}/token`,
    ...(urls.apiKey !== undefined && { apiKey: urls.apiKey }),
    // Schemas and routes without what only API Gateway reads.
    ...(openApi && { openApi: withoutExtensions(openApi) as object }),
    ...(manifest && { manifest }),
  };
}

function withoutExtensions(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutExtensions);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !name.startsWith('x-amazon-'))
      .map(([name, member]) => [name, withoutExtensions(member)]),
  );
}
