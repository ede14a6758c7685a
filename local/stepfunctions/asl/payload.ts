import type { Json } from './json.ts';

/** A value beside its JSON text. History needs the text of most values more than once; it is made once. */
export interface Payload {
  readonly value: Json;
  readonly text: string;
}

/** @param known payloads whose value may be this very one, so that their text can be taken over */
export function toPayload(value: Json, ...known: readonly Payload[]): Payload {
  for (const payload of known) if (payload.value === value) return payload;
  return { value, text: JSON.stringify(value) };
}
