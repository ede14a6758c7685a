import { documentClient } from '../../adapters/dynamodb/document-client.ts';
import { productsTable } from '../../adapters/dynamodb/products-table.ts';
import { internal } from '../../domain/problem.ts';
import { asEndpoint } from '../as-endpoint.ts';
import { environment } from '../environment.ts';
import { problem } from '../web/json-response.ts';
import { putProduct } from './put-product.ts';

const catalogue = productsTable(documentClient(), environment('PRODUCTS_TABLE'));

export const handler = asEndpoint(putProduct(catalogue), () => problem(internal));
