/** Bytes of UTF-8 that the JSON text of an input, an output or a result may have. */
export const MAX_PAYLOAD_BYTES = 262_144;

/** Bytes of JSON text that the variables of one execution may have together. */
export const MAX_VARIABLES_BYTES = 10 * 1024 * 1024;

/** Events that the history of a STANDARD execution may have. */
export const MAX_HISTORY_EVENTS = 25_000;

/** How long a STANDARD execution may take: a year. */
export const MAX_EXECUTION_MILLISECONDS = 365 * 24 * 3_600_000;

/** Seconds that an EXPRESS execution may take. */
export const MAX_EXPRESS_SECONDS = 300;

/** Seconds that any field of a state machine may name. */
export const MAX_SECONDS = 99_999_999;

/**
 * States that one call of `advance` may enter. A state machine that never rests (a loop of Choice and Pass states) is
 * interrupted by a timer that is due at once, so that time goes by and its other timers get their turn.
 */
export const MAX_STATES_PER_STEP = 10_000;

export function exceedsPayloadLimit(text: string): boolean {
  // A UTF-16 unit takes one to three bytes: most texts need no counting.
  if (text.length > MAX_PAYLOAD_BYTES) return true;
  return text.length * 3 > MAX_PAYLOAD_BYTES && Buffer.byteLength(text) > MAX_PAYLOAD_BYTES;
}

/**
 * Levels that arrays and objects may nest: as many as Jackson, AWS's reader, allows by itself. What nests some thousands deep
 * can be read, but not be written any more.
 */
export const MAX_DEPTH = 1000;

/**
 * Levels that filters of a path, and the parentheses, negations and lists in them, may nest. AWS's limit is not known; many more
 * than this would be too many for the stack.
 */
export const MAX_FILTER_DEPTH = 100;

/** Levels that calls of intrinsic functions may nest, as AWS documents it. */
export const MAX_INTRINSIC_DEPTH = 10;

/** @param json need not be valid */
export function nestsTooDeep(json: string): boolean {
  if (json.length <= 2 * MAX_DEPTH) return false;
  let depth = 0;
  let inText = false;
  for (let i = 0; i < json.length; i++) {
    const character = json[i];
    if (character === '"') inText = !inText;
    else if (inText) i += character === '\\' ? 1 : 0;
    else if (character === '[' || character === '{') depth++;
    else if (character === ']' || character === '}') depth--;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}
