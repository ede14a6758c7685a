// What the console takes from an OpenAPI document: routes with their JSON schemas. References are followed.

export interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly example?: unknown;
  readonly $ref?: string;
  readonly additionalProperties?: boolean | Schema;
}

export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
}

export interface Route {
  /** `POST` */
  readonly method: string;
  /** `/orders/{orderId}/cancel` */
  readonly path: string;
  /** `Place order`, from the operation's id. */
  readonly title: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly Parameter[];
  /** Of the JSON body; absent: it takes none. */
  readonly body?: Schema;
  /** Of the JSON that it answers when all is well; absent: it answers something else. */
  readonly answer?: Schema;
  readonly needsKey: boolean;
  /** An access token of the API's issuer, in the header Authorization. */
  readonly needsToken: boolean;
}

/** `waitingFor` in words. */
export const inWords = (name: string): string => {
  const words = name.replace(
    /([a-z0-9])([A-Z])/g,
    (_, before: string, after: string) => `${before} ${after.toLowerCase()}`,
  );
  return words.charAt(0).toUpperCase() + words.slice(1);
};

type Objects = Readonly<Record<string, unknown>>;
const objects = (value: unknown): Objects => (typeof value === 'object' && value !== null ? (value as Objects) : {});

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

export function routesOf(document: unknown): readonly Route[] {
  return Object.entries(objects(objects(document).paths)).flatMap(([path, operations]) =>
    Object.entries(objects(operations))
      .filter(([method]) => METHODS.includes(method))
      .map(([method, operation]) => routeOf(method, path, objects(operation), document)),
  );
}

function routeOf(method: string, path: string, operation: Objects, document: unknown): Route {
  const schemaIn = (holder: unknown): Schema | undefined => {
    const json = Object.entries(objects(objects(holder).content)).find(([type]) => /\bjson\b/.test(type));
    const schema = json && objects(json[1]).schema;
    return schema === undefined ? undefined : resolve(schema as Schema, document);
  };
  const well = Object.entries(objects(operation.responses)).find(([status]) => /^2/.test(status));
  const [body, answer] = [schemaIn(operation.requestBody), schemaIn(well?.[1])];
  return {
    method: method.toUpperCase(),
    path,
    title: inWords(String(operation.operationId ?? `${method} ${path}`)),
    summary: String(operation.summary ?? `${method.toUpperCase()} ${path}`),
    description: String(operation.description ?? ''),
    parameters: (operation.parameters as readonly Parameter[] | undefined) ?? [],
    ...(body && { body }),
    ...(answer && { answer }),
    needsToken: schemesOf(operation, document).some(({ name }) => /^authorization$/i.test(String(name))),
    needsKey: Array.isArray(operation.security) && operation.security.length > 0,
  };
}

function schemesOf({ security }: Objects, document: unknown): readonly Objects[] {
  const schemes = objects(objects(objects(document).components).securitySchemes);
  const names = Array.isArray(security) ? security.flatMap((requirement) => Object.keys(objects(requirement))) : [];
  return names.map((name) => objects(schemes[name]));
}

/** A schema whose own references, and those below, are replaced by what they refer to. */
function resolve(schema: Schema, document: unknown, depth = 0): Schema {
  if (depth > 8) return {};
  if (schema.$ref !== undefined) return resolve(find(schema.$ref, document), document, depth + 1);
  const { properties, items } = schema;
  return {
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, each]) => [name, resolve(each, document, depth + 1)]),
      ),
    }),
    ...(items && { items: resolve(items, document, depth + 1) }),
  };
}

function find(reference: string, document: unknown): Schema {
  const steps = reference.replace(/^#\//, '').split('/');
  return steps.reduce<unknown>((value, step) => objects(value)[step], document) as Schema;
}

/** The routes of one collection: `/orders` and what is below it. */
export interface CollectionRoutes {
  readonly list?: Route;
  readonly create?: Route;
  readonly item?: Route;
  /** Further ones of one item: `POST /orders/{orderId}/cancel`, `PUT /products/{sku}`. */
  readonly actions: readonly Route[];
}

export function collectionRoutes(document: unknown, path: string): CollectionRoutes {
  const routes = routesOf(document).filter((route) => route.path === path || route.path.startsWith(`${path}/`));
  const isItem = ({ path: each }: Route): boolean => /^\/\{\w+\}$/.test(each.slice(path.length));
  const [list, create, item] = [
    routes.find((route) => route.method === 'GET' && route.path === path && route.answer),
    routes.find((route) => route.method === 'POST' && route.path === path && route.body),
    routes.find((route) => route.method === 'GET' && isItem(route) && route.answer),
  ];
  return {
    ...(list && { list }),
    ...(create && { create }),
    ...(item && { item }),
    // What people do by links and forms of their own has no JSON.
    actions: routes.filter(
      (route) => route.method !== 'GET' && route.path !== path && route.needsKey && /\{\w+\}/.test(route.path),
    ),
  };
}

/** The name of the member that identifies an item: `orderId` of `/orders/{orderId}`. */
export function idMember(document: unknown, path: string): string {
  const paths = routesOf(document).map((route) => route.path);
  for (const each of paths) {
    const [, name] = each.startsWith(`${path}/`) ? (/^\/\{(\w+)\}/.exec(each.slice(path.length)) ?? []) : [];
    if (name !== undefined) return name;
  }
  return 'id';
}

/** `subject.title` of a value. */
export const memberAt = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((each, name) => objects(each)[name], value);
