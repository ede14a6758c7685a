import { type Deployment, type Operation, ServiceError } from '../../../aws/service.ts';

/** Calls an operation of this service. @returns its answer, or undefined if it refuses with one of these codes */
export async function callOwn(
  operations: Readonly<Record<string, Operation>>,
  name: string,
  input: object,
  deployment: Deployment,
  expected: readonly string[] = [],
): Promise<Record<string, unknown> | undefined> {
  const operation = operations[name];
  if (!operation) throw new Error(`There is no operation ${name}`);
  try {
    return (await operation(input, deployment)) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof ServiceError && expected.includes(error.code)) return undefined;
    throw error;
  }
}

/** The name that a resource gets that has none in the template: the same at every start. */
export const generatedName = (deployment: Deployment): string =>
  `${deployment.stackName}-${deployment.logicalId}`.slice(0, 80);
