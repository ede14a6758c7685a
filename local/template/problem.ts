/** Something in a template that cannot be had here, or is wrong. */
export interface TemplateProblem {
  /** Where: `Resources.Orders.Properties.KeySchema`, `Parameters.Stage`. */
  readonly location: string;
  readonly message: string;
}

/** The template cannot be loaded. Names everything that stands in the way, so that nobody mends one thing at a time. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  readonly problems: readonly TemplateProblem[];

  constructor(problems: readonly TemplateProblem[]) {
    super(
      `The template cannot be loaded: ${problems.map(({ location, message }) => `${location}: ${message}`).join('; ')}`,
    );
    this.problems = problems;
  }
}

export const refuse = (location: string, message: string): never => {
  throw new TemplateError([{ location, message }]);
};
