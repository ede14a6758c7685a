import { documentClient } from '../../adapters/dynamodb/document-client.ts';
import { productsTable } from '../../adapters/dynamodb/products-table.ts';
import { internal } from '../../domain/problem.ts';
import { asEndpoint } from '../as-endpoint.ts';
import { environment } from '../environment.ts';
import { problem } from '../web/json-response.ts';
import { listProducts } from './list-products.ts';

const catalogue = productsTable(documentClient(), environment('PRODUCTS_TABLE'));

export const handler = asEndpoint(listProducts(catalogue), () => problem(internal));
