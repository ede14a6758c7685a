/** Milliseconds. */
const LONGEST_PAUSE = 1_000;

/**
 * Runs work whenever it is asked for, one run at a time. What is asked for meanwhile is one more run, after a pause as long as
 * the last one took: a page that follows something busy leaves at least half of the time to what is busy.
 * @param now milliseconds. @param later calls back after so many milliseconds
 */
export function coalesce(
  work: () => Promise<unknown>,
  now: () => number = () => performance.now(),
  later: (callback: () => void, milliseconds: number) => void = setTimeout,
): () => void {
  let isBusy = false;
  let isAskedAgain = false;
  function run(): void {
    if (isBusy) {
      isAskedAgain = true;
      return;
    }
    isBusy = true;
    const began = now();
    const end = (): void => {
      later(
        () => {
          isBusy = false;
          if (!isAskedAgain) return;
          isAskedAgain = false;
          run();
        },
        Math.min(now() - began, LONGEST_PAUSE),
      );
    };
    work().then(end, end);
  }
  return run;
}
