import type { Clock } from '../../clock.ts';
import type { Metrics } from '../../metrics.ts';
import type { ServedApi, Stage } from './gateway-state.ts';
import type { GatewayResponse } from './message.ts';
import type { ApiCall } from './request-context.ts';

/**
 * Tells CloudWatch of a call as AWS/ApiGateway does: for the API, and for its stage. The time is the cloud's own: whoever moves
 * the clock in the middle of a call makes it slow.
 */
export function recordCall(
  metrics: Metrics,
  clock: Clock,
  { account, region, at }: ApiCall,
  { api }: ServedApi,
  stage: Stage,
  { status }: GatewayResponse,
): void {
  const isIn = (from: number): number => (status >= from && status < from + 100 ? 1 : 0);
  const values = { Count: 1, '4XXError': isIn(400), '5XXError': isIn(500), Latency: clock.now() - at };
  const ofApi: Record<string, string> = { ApiName: api.name };
  for (const dimensions of [ofApi, { ...ofApi, Stage: stage.name }]) {
    for (const [name, value] of Object.entries(values)) {
      const unit = name === 'Latency' ? 'Milliseconds' : 'Count';
      metrics.record({ account, region, namespace: 'AWS/ApiGateway', name, dimensions, unit }, value);
    }
  }
}
