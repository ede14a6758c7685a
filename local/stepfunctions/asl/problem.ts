/** Something wrong with a definition, as ValidateStateMachineDefinition reports it. */
export interface Problem {
  readonly severity: 'ERROR' | 'WARNING';
  /** AWS's code: SCHEMA_VALIDATION_FAILED, INVALID_JSON_DESCRIPTION, MISSING_TRANSITION_TARGET, … */
  readonly code: string;
  readonly message: string;
  /** Where, as AWS writes it: `/States/Check order/Next`. Absent where the whole is wrong (MISSING_END_STATE). */
  readonly location?: string;
}
