import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';

type Endpoint = (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;

/** An event of the Lambda proxy integration, with what our handlers look at. */
export const httpEvent = (event: Partial<APIGatewayProxyEvent>): APIGatewayProxyEvent =>
  ({
    headers: {},
    pathParameters: null,
    queryStringParameters: null,
    body: null,
    isBase64Encoded: false,
    ...event,
  }) as APIGatewayProxyEvent;

/** What an approver's browser does with a link: opens the page, keeps its cookie, sends its form. */
export function browser(show: Endpoint, decide: Endpoint) {
  const parse = (link: string) => {
    const url = new URL(link, 'https://api.example.com');
    return { approvalId: url.pathname.split('/').at(-1) ?? '', link: url.searchParams.get('link') ?? '' };
  };

  const open = (url: string, headers: Record<string, string> = {}): Promise<APIGatewayProxyResult> => {
    const { approvalId, link } = parse(url);
    return show(
      httpEvent({ httpMethod: 'GET', pathParameters: { approvalId }, queryStringParameters: { link }, headers }),
    );
  };

  const send = (approvalId: string, fields: Record<string, string>, cookie: string): Promise<APIGatewayProxyResult> =>
    decide(
      httpEvent({
        httpMethod: 'POST',
        pathParameters: { approvalId },
        headers: { 'Content-Type': 'application/x-www-form-urlencoded', Cookie: cookie },
        body: new URLSearchParams(fields).toString(),
      }),
    );

  /** @returns the page's form and cookie, as they would be sent back */
  const formOf = (page: APIGatewayProxyResult) => {
    const fields = Object.fromEntries(
      [...page.body.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g)].map(([, name, value]) => [
        name,
        value,
      ]),
    ) as Record<string, string>;
    return { fields, cookie: String(page.headers?.['Set-Cookie'] ?? '').split(';')[0] ?? '' };
  };

  /** Opens the link and presses a button. */
  const press = async (url: string, decision: string): Promise<APIGatewayProxyResult> => {
    const { fields, cookie } = formOf(await open(url));
    return send(parse(url).approvalId, { ...fields, decision }, cookie);
  };

  return { open, send, formOf, press, parse };
}

/** The link in a mail. */
export const linkIn = (text: string): string => /https?:\/\/\S+/.exec(text)?.[0] ?? '';
