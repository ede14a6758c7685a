/** What is deployed, as far as the console draws pages from it. Nothing in here is known to the console beforehand. */
export interface Application {
  /** Of the stack: `countersign-dev`. */
  readonly name: string;
  /** For AWS CLI commands. */
  readonly awsUrl: string;
  readonly region: string;
  /** Opens the routes of the API that need a key. */
  readonly apiKey?: string;
  /** The first REST API's OpenAPI document: routes, schemas, descriptions. */
  readonly openApi?: object;
  readonly manifest?: ConsoleManifest;
}

/**
 * What an OpenAPI document does not say: which routes belong together on a page. Members are named by dots: `subject.title`.
 */
export interface ConsoleManifest {
  readonly title?: string;
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

interface Packaged {
  readonly stackName: string;
  readonly template: {
    readonly resources: ReadonlyMap<
      string,
      { readonly type: string; readonly properties: Readonly<Record<string, unknown>> }
    >;
  };
}

export function applicationOf(
  packaged: Packaged | undefined,
  urls: { readonly aws: string; readonly apiKey?: string },
  region: string,
  manifest: ConsoleManifest | undefined,
): Application {
  const openApi = packaged && openApiOf(packaged);
  return {
    name: packaged?.stackName ?? 'Local cloud',
    awsUrl: urls.aws,
    region,
    ...(urls.apiKey !== undefined && { apiKey: urls.apiKey }),
    ...(openApi && { openApi }),
    ...(manifest && { manifest }),
  };
}

/** Schemas and routes without what only API Gateway reads. */
function openApiOf({ template }: Packaged): object | undefined {
  const api = [...template.resources.values()].find(({ type }) => type === 'AWS::ApiGateway::RestApi');
  const body = api?.properties.Body;
  return typeof body === 'object' && body !== null ? (withoutExtensions(body) as object) : undefined;
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
