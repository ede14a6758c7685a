import type { APIGatewayProxyResult } from 'aws-lambda';
import type { Catalogue } from '../../domain/catalogue.ts';
import { json } from '../web/json-response.ts';

export const listProducts = (catalogue: Pick<Catalogue, 'list'>) => async (): Promise<APIGatewayProxyResult> =>
  json(200, { products: await catalogue.list() });
