import type { JsonObject } from './json.ts';

/**
 * What the fields of a state made of its data on the way, for TestState: members of AWS's `InspectionData`
 * (`afterInputPath`, `afterParameters`, `afterArguments`, `result`, `afterResultSelector`, `afterResultPath`,
 * `afterItemsPath`, …). Values are JSON, not text. Filled in by `advance` while it goes through one state.
 */
export type Inspection = JsonObject;
