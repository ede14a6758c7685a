/** @returns a variable that the template sets for this function. @throws if it doesn't: at start, so that a deploy shows it */
export function environment(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`The environment variable ${name} is not set.`);
  return value;
}
