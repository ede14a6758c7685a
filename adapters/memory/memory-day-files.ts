import type { DayFiles } from '../../domain/ports.ts';

export function memoryDayFiles(files = new Map<string, string>()): DayFiles {
  return {
    async read(key) {
      const text = files.get(key);
      if (text === undefined) throw new Error(`There is no ${key}.`);
      return text;
    },
    async write(key, text) {
      files.set(key, text);
    },
    async create(key, text) {
      if (files.has(key)) return false;
      files.set(key, text);
      return true;
    },
  };
}
