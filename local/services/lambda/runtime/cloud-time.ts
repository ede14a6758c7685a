/**
 * Makes `Date` tell the cloud's time, which can be ahead of the machine's because waits were skipped. Timers are not
 * affected: a function's own time runs as it does on the machine.
 * @param offset one Float64, in milliseconds; the service moves it
 */
export function showCloudTime(offset: SharedArrayBuffer): void {
  const milliseconds = new Float64Array(offset);
  const RealDate = Date;
  const realNow = Date.now;
  const now = (): number => realNow() + Math.round(milliseconds[0]!);
  RealDate.now = now;
  const CloudDate = new Proxy(RealDate, {
    apply: () => new RealDate(now()).toString(),
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
  });
  RealDate.prototype.constructor = CloudDate;
  globalThis.Date = CloudDate;
}
