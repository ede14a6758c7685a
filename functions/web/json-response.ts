import type { APIGatewayProxyResult } from 'aws-lambda';
import type { Problem } from '../../domain/problem.ts';

export const json = (statusCode: number, body: object): APIGatewayProxyResult => ({
  statusCode,
  headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' },
  body: JSON.stringify(body),
});

export const problem = (problem: Problem): APIGatewayProxyResult => ({
  statusCode: problem.status,
  headers: { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' },
  body: JSON.stringify(problem),
});
