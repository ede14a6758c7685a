/** Subjects go through SNS, which refuses what isn't printable ASCII and what is longer than 100 characters. */
export const asciiLine = (text: string): string => text.replace(/[^\x20-\x7E]/g, '?').slice(0, 99);
