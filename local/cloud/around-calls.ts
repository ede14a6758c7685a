import type { Service } from '../aws/service.ts';

/** A call of an operation of a service, from wherever it came. */
export interface ObservedCall {
  readonly service: string;
  readonly operation: string;
  // biome-ignore lint/suspicious/noExplicitAny: the shape depends on the operation.
  readonly input: any;
}

/** Stands between callers and services: to count, to measure. `perform` takes what to perform it with. */
// biome-ignore lint/suspicious/noExplicitAny: the shape depends on the operation.
export type AroundCalls = (call: ObservedCall, perform: (input: object) => Promise<any>) => Promise<unknown>;

/** The same service, with somebody around each of its operations. */
export const withAround = (service: Service, around: AroundCalls | undefined): Service =>
  around === undefined
    ? service
    : {
        ...service,
        operations: Object.fromEntries(
          Object.entries(service.operations).map(([operation, perform]) => [
            operation,
            (input, caller) =>
              around({ service: service.name, operation, input }, async (given) => perform(given, caller)),
          ]),
        ),
      };
