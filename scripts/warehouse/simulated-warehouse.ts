import { createHash } from 'node:crypto';
import { ActivityFailedError } from '../../adapters/stepfunctions/activity-worker.ts';

/** What `process-order` asks the warehouse for. */
export interface PickTask {
  readonly orderId: string;
  readonly shipmentId: string;
  readonly warehouse: string;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
}

/** Products that are in the books but never on the shelf, to see what happens then. */
const LOST = /^LOST-/;

/**
 * Picks shipments as a warehouse would, on paper: finds everything but what begins with `LOST-`, and books a carrier.
 * The carrier's number depends on the shipment alone: picked twice, it is the same parcel.
 * @param seconds how long a pick takes, in real time
 */
export const simulatedWarehouse =
  (seconds: number, report: (text: string) => void) =>
  async (input: unknown, signal: AbortSignal): Promise<{ readonly tracking: string }> => {
    const { shipmentId, warehouse, lines } = input as PickTask;
    const goods = lines.map(({ sku, quantity }) => `${quantity} × ${sku}`).join(', ');
    report(`${warehouse}: picking ${shipmentId}: ${goods}`);
    await pick(seconds, signal);
    const lost = lines.find(({ sku }) => LOST.test(sku));
    if (lost) throw new ActivityFailedError('NotOnShelfError', `${lost.sku} is not on its shelf in ${warehouse}.`);
    const tracking = `PARCEL-${createHash('sha256').update(shipmentId).digest('hex').slice(0, 10).toUpperCase()}`;
    report(`${warehouse}: sent ${shipmentId} as ${tracking}`);
    return { tracking };
  };

function pick(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, seconds * 1_000);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
