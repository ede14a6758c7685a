import type { Clock } from '../../clock.ts';
import type { JobEnd, JobProcess } from './job-processes.ts';

/** Waits for the end of a process and stops it when it takes longer than allowed. */
export async function endInTime(
  clock: Clock,
  process: JobProcess,
  seconds: number | undefined,
): Promise<{ end: JobEnd; isLate: boolean }> {
  if (seconds === undefined) return { end: await process.ended, isLate: false };
  let isLate = false;
  const cancel = clock.at(clock.now() + seconds * 1_000, () => {
    isLate = true;
    process.stop();
  });
  const end = await process.ended;
  cancel();
  return { end, isLate };
}
