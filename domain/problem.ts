/** What is wrong with one field of a request; `pointer` is its JSON pointer. */
export interface FieldError {
  readonly pointer: string;
  readonly detail: string;
}

/** RFC 9457 problem details, as the API answers them. `type` is stable; `detail` is for people. */
export interface Problem {
  readonly type: `/problems/${string}`;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly FieldError[];
}

export const invalidOrder = (errors: readonly FieldError[]): Problem => ({
  type: '/problems/invalid-order',
  title: 'The order is not valid',
  status: 422,
  detail: errors[0]?.detail ?? 'The order is not valid.',
  errors,
});

export const notFound = (what: string): Problem => ({
  type: '/problems/not-found',
  title: 'Not found',
  status: 404,
  detail: `There is no such ${what}.`,
});

export const malformedRequest = (errors: readonly FieldError[]): Problem => ({
  type: '/problems/malformed-request',
  title: 'The request is malformed',
  status: 400,
  detail: errors[0]?.detail ?? 'The request is malformed.',
  errors,
});

/** Says nothing of what went wrong: that is for the log. */
export const internal: Problem = {
  type: '/problems/internal',
  title: 'Something went wrong',
  status: 500,
  detail: 'The request could not be answered. It is safe to repeat it.',
};
