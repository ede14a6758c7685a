/** Something wrong with a definition, as ValidateStateMachineDefinition reports it. */
export interface Problem {
  readonly severity: 'ERROR' | 'WARNING';
  /** AWS's code: SCHEMA_VALIDATION_FAILED, INVALID_JSON_DESCRIPTION, MISSING_TRANSITION_TARGET, … */
  readonly code: string;
  readonly message: string;
  /** Where, as AWS writes it: a JSON pointer such as `/States/Check order/Next`. */
  readonly location: string;
}
