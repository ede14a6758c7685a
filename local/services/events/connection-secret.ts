// What a connection knows: the secret part in Secrets Manager, the rest for everybody to see.

export interface HttpParameter {
  readonly Key: string;
  readonly Value?: string;
  readonly IsValueSecret?: boolean;
}

export interface HttpParameters {
  readonly HeaderParameters?: readonly HttpParameter[];
  readonly QueryStringParameters?: readonly HttpParameter[];
  readonly BodyParameters?: readonly HttpParameter[];
}

export interface AuthParameters {
  readonly ApiKeyAuthParameters?: { readonly ApiKeyName: string; readonly ApiKeyValue?: string };
  readonly BasicAuthParameters?: { readonly Username: string; readonly Password?: string };
  readonly OAuthParameters?: {
    readonly ClientParameters: { readonly ClientID: string; readonly ClientSecret?: string };
    readonly AuthorizationEndpoint: string;
    readonly HttpMethod: string;
    readonly OAuthHttpParameters?: HttpParameters;
  };
  readonly InvocationHttpParameters?: HttpParameters;
}

/** The text of the secret, with the names that EventBridge uses in it. */
export function secretText(auth: AuthParameters): string {
  const { ApiKeyAuthParameters: apiKey, BasicAuthParameters: basic, OAuthParameters: oauth } = auth;
  return JSON.stringify({
    ...(apiKey && { api_key_name: apiKey.ApiKeyName, api_key_value: apiKey.ApiKeyValue }),
    ...(basic && { username: basic.Username, password: basic.Password }),
    ...(oauth && {
      client_id: oauth.ClientParameters.ClientID,
      client_secret: oauth.ClientParameters.ClientSecret,
      authorization_endpoint: oauth.AuthorizationEndpoint,
      http_method: oauth.HttpMethod,
      oauth_http_parameters: secretParameters(oauth.OAuthHttpParameters),
    }),
    invocation_http_parameters: secretParameters(auth.InvocationHttpParameters),
  });
}

function secretParameters(parameters: HttpParameters | undefined): object | undefined {
  if (!parameters) return undefined;
  const list = (given: readonly HttpParameter[] | undefined) =>
    given?.map(({ Key, Value, IsValueSecret = false }) => ({ key: Key, value: Value, is_value_secret: IsValueSecret }));
  return {
    header_parameters: list(parameters.HeaderParameters),
    query_string_parameters: list(parameters.QueryStringParameters),
    body_parameters: list(parameters.BodyParameters),
  };
}

/** Without what is secret, as DescribeConnection gives it. */
export function withoutSecrets(auth: AuthParameters): AuthParameters {
  const { ApiKeyAuthParameters: apiKey, BasicAuthParameters: basic, OAuthParameters: oauth } = auth;
  return {
    ...(apiKey && { ApiKeyAuthParameters: { ApiKeyName: apiKey.ApiKeyName } }),
    ...(basic && { BasicAuthParameters: { Username: basic.Username } }),
    ...(oauth && {
      OAuthParameters: {
        ClientParameters: { ClientID: oauth.ClientParameters.ClientID },
        AuthorizationEndpoint: oauth.AuthorizationEndpoint,
        HttpMethod: oauth.HttpMethod,
        ...(oauth.OAuthHttpParameters && { OAuthHttpParameters: publicParameters(oauth.OAuthHttpParameters) }),
      },
    }),
    ...(auth.InvocationHttpParameters && {
      InvocationHttpParameters: publicParameters(auth.InvocationHttpParameters),
    }),
  };
}

function publicParameters(parameters: HttpParameters): HttpParameters {
  const list = ({ Value, ...rest }: HttpParameter) => (rest.IsValueSecret ? rest : { ...rest, Value });
  return Object.fromEntries(
    Object.entries(parameters as Record<string, readonly HttpParameter[]>).map(([name, all]) => [name, all.map(list)]),
  );
}
