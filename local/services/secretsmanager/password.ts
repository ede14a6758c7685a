import { randomInt } from 'node:crypto';
import { ServiceError } from '../../aws/service.ts';

export interface PasswordOptions {
  readonly PasswordLength?: number;
  readonly ExcludeCharacters?: string;
  readonly ExcludeNumbers?: boolean;
  readonly ExcludePunctuation?: boolean;
  readonly ExcludeUppercase?: boolean;
  readonly ExcludeLowercase?: boolean;
  readonly IncludeSpace?: boolean;
  readonly RequireEachIncludedType?: boolean;
}

/** @throws ServiceError InvalidParameterException if nothing is left to choose from */
export function randomPassword(options: PasswordOptions): string {
  const length = Number(options.PasswordLength ?? 32);
  const kinds = [
    options.ExcludeLowercase ? '' : 'abcdefghijklmnopqrstuvwxyz',
    options.ExcludeUppercase ? '' : 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    options.ExcludeNumbers ? '' : '0123456789',
    options.ExcludePunctuation ? '' : '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
    options.IncludeSpace ? ' ' : '',
  ].map((characters) => [...characters].filter((one) => !options.ExcludeCharacters?.includes(one)));
  const usable = kinds.filter((characters) => characters.length > 0);
  const required = options.RequireEachIncludedType === false ? [] : usable;
  if (usable.length === 0 || !(length >= Math.max(1, required.length) && length <= 4096)) {
    throw new ServiceError(
      'InvalidParameterException',
      'The password cannot be made of the characters that are left, or its length is wrong.',
    );
  }
  const all = usable.flat();
  const pick = (characters: readonly string[]) => characters[randomInt(characters.length)]!;
  const password = [...required.map(pick), ...Array.from({ length: length - required.length }, () => pick(all))];
  for (let index = password.length - 1; index > 0; index--) {
    const other = randomInt(index + 1);
    [password[index], password[other]] = [password[other]!, password[index]!];
  }
  return password.join('');
}
