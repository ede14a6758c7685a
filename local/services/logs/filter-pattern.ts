import { ServiceError } from '../../aws/service.ts';

/**
 * Compiles a filter pattern of terms: all of `a "b c"`, one of `?a ?b`, none of `-a`.
 * @throws ServiceError InvalidParameterException for patterns on JSON, columns or regular expressions
 */
export function compileFilterPattern(pattern: string): (message: string) => boolean {
  if (/^\s*[{[]/.test(pattern) || /(^|\s)[?-]?%/.test(pattern)) {
    throw new ServiceError(
      'InvalidParameterException',
      `This local cloud supports filter patterns of terms only, not ${pattern}`,
    );
  }
  const terms = [...pattern.matchAll(/([?-]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)].map(([, sign, quoted, word]) => ({
    sign,
    text: quoted?.replace(/\\(.)/g, '$1') ?? word ?? '',
  }));
  const textsOf = (wanted: string) => terms.filter(({ sign }) => sign === wanted).map(({ text }) => text);
  const [all, any, none] = [textsOf(''), textsOf('?'), textsOf('-')];
  return (message) =>
    all.every((text) => message.includes(text)) &&
    (any.length === 0 || any.some((text) => message.includes(text))) &&
    !none.some((text) => message.includes(text));
}
