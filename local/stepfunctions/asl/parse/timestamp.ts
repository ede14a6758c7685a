import { parseTimestamp } from '../timestamp.ts';

const WRITTEN = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/** Whether a text can be written down as a timestamp in a definition: RFC 3339 with a capital T, and Z or an offset. */
export const isTimestamp = (text: string): boolean => WRITTEN.test(text) && parseTimestamp(text) !== undefined;
