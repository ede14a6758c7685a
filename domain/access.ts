// Who calls the machine-to-machine routes, and what each may do.

/** A program that calls the API, as its access token tells of it. */
export interface Client {
  /** Names the client at its issuer. */
  readonly id: string;
  readonly scopes: readonly string[];
}

/** Access tokens of the one issuer that is trusted. */
export interface AccessTokens {
  /**
   * @returns undefined if the token is not to be trusted, whatever the reason
   * @throws Error if the issuer cannot be asked for its keys
   */
  clientOf(token: string): Promise<Client | undefined>;
}

/**
 * The routes that a scope opens: method and path, `*` standing for an id. infra/openapi.yml names the scopes of each route
 * (`x-scopes`); a test compares. Whoever may order, look orders up or keep the catalogue may read the catalogue.
 */
export const ROUTES_OF_SCOPES: Readonly<Record<string, readonly string[]>> = {
  'orders:write': ['POST/orders', 'POST/orders/*/cancel', 'POST/orders/*/refunds', 'GET/products'],
  'orders:read': ['GET/orders/*', 'GET/products'],
  'approvals:read': ['GET/approvals'],
  'approvals:write': [
    ...['POST/approvals/*/reassign', 'POST/approvals/*/resend', 'POST/approvals/*/withdraw'],
    'GET/approvals',
  ],
  'catalog:write': ['PUT/products/*', 'GET/products'],
};

/** Everything that these scopes open together; scopes that are not known open nothing. */
export const routesOf = (scopes: readonly string[]): readonly string[] => [
  ...new Set(scopes.flatMap((scope) => (Object.hasOwn(ROUTES_OF_SCOPES, scope) ? ROUTES_OF_SCOPES[scope]! : []))),
];

/** What a client may do that has the API key alone, where that is enough. */
export const ALL_ROUTES: readonly string[] = routesOf(Object.keys(ROUTES_OF_SCOPES));
