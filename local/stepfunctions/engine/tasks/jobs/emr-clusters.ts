import type { Json, JsonObject } from '../../../asl/json.ts';
import type { TaskOutcome } from '../../ports.ts';
import { optimizedAction } from '../call-optimized.ts';
import type { OptimizedIntegration } from '../integration.ts';
import { described, jobAction } from './job-action.ts';

const EMR = {
  service: 'elasticmapreduce',
  contentType: 'application/x-amz-json-1.1',
  names: {
    errorPrefix: 'EMR',
    serviceName: 'AmazonElasticMapReduce',
    fallback: 'AmazonElasticMapReduceException',
  },
  emptyLists: true,
};

const REQUEST_ONLY = { patterns: ['requestResponse'] } as const;

/** The clusters of which nothing comes any more. */
const ENDED = ['TERMINATED', 'TERMINATED_WITH_ERRORS'];
const STEP_ENDED = ['COMPLETED', 'FAILED', 'CANCELLED', 'INTERRUPTED'];

/** Unlike others, this integration has actions and shapes of its own: one step at a time, named by cluster and step. */
export const emrIntegration: OptimizedIntegration = {
  service: 'elasticmapreduce',
  actions: {
    createCluster: jobAction(
      { ...EMR, action: 'runJobFlow', interpret: ({ JobFlowId }) => ok({ ClusterId: JobFlowId! }) },
      {
        // On AWS, too, the cluster stays when nobody waits for it any more.
        async outcome(ask, { ClusterId }) {
          const { Cluster } = (await ask('DescribeCluster', { ClusterId })) as { Cluster: JsonObject };
          const state = stateOf(Cluster);
          if (state !== 'WAITING' && !ENDED.includes(state)) return undefined;
          return described(state !== 'TERMINATED_WITH_ERRORS', { Cluster, ClusterId: ClusterId! });
        },
      },
    ),
    terminateCluster: jobAction(
      {
        ...EMR,
        action: 'terminateJobFlows',
        withMetadata: false,
        prepare: ({ ClusterId, ...rest }) => ({ ...rest, JobFlowIds: [ClusterId ?? null] }),
        interpret: () => ok(null),
      },
      {
        async outcome(ask, _started, { ClusterId }) {
          const { Cluster } = (await ask('DescribeCluster', { ClusterId })) as { Cluster: JsonObject };
          return ENDED.includes(stateOf(Cluster)) ? ok({ Cluster, ClusterId: ClusterId! }) : undefined;
        },
      },
    ),
    addStep: jobAction(
      {
        ...EMR,
        action: 'addJobFlowSteps',
        prepare: ({ ClusterId, Step, ...rest }) => ({ ...rest, JobFlowId: ClusterId ?? null, Steps: [Step ?? null] }),
        interpret: ({ StepIds }) => ok({ StepId: (StepIds as Json[])[0]! }),
      },
      {
        async outcome(ask, { StepId }, { ClusterId }) {
          const { Step } = (await ask('DescribeStep', { ClusterId, StepId })) as { Step: JsonObject };
          const state = stateOf(Step);
          if (!STEP_ENDED.includes(state)) return undefined;
          return state === 'COMPLETED' ? ok({ Step, StepId: StepId! }) : described(false, Step);
        },
        stop: (ask, { StepId }, { ClusterId }) => ask('CancelSteps', { ClusterId, StepIds: [StepId] }),
      },
    ),
    cancelStep: optimizedAction(
      {
        ...EMR,
        action: 'cancelSteps',
        prepare: ({ StepId, ...rest }) => ({ ...rest, StepIds: [StepId ?? null] }),
        interpret: ({ CancelStepsInfoList }) => ok({ CancelStepsInfo: (CancelStepsInfoList as Json[])[0]! }),
      },
      REQUEST_ONLY,
    ),
    setClusterTerminationProtection: optimizedAction(
      {
        ...EMR,
        action: 'setTerminationProtection',
        withMetadata: false,
        prepare: ({ ClusterId, ...rest }) => ({ ...rest, JobFlowIds: [ClusterId ?? null] }),
        interpret: () => ok(null),
      },
      REQUEST_ONLY,
    ),
  },
};

const ok = (output: Json): TaskOutcome => ({ ok: true, output });

const stateOf = ({ Status }: JsonObject): string => String((Status as JsonObject).State);
