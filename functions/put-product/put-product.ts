import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { type Catalogue, parseProductChange } from '../../domain/catalogue.ts';
import { malformedRequest } from '../../domain/problem.ts';
import { json, problem } from '../web/json-response.ts';
import { jsonBody } from '../web/request-body.ts';

/** Catalogue, prices and stock intake. */
export const putProduct =
  (catalogue: Pick<Catalogue, 'put'>) =>
  async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
    const body = jsonBody(event);
    if (!body.ok) return problem(malformedRequest([{ pointer: '', detail: 'The body has to be JSON in UTF-8.' }]));
    const sku = event.pathParameters?.sku ?? '';
    const parsed = parseProductChange(sku, body.value);
    if (!parsed.ok)
      return problem({ ...malformedRequest(parsed.errors), status: 422, type: '/problems/invalid-product' });
    return json(200, await catalogue.put(sku, parsed.change));
  };
