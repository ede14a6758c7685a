import { type Approval, type Approver, approvalIdOf } from '../../../domain/approval.ts';
import { subjectOf } from '../../../domain/order.ts';
import type { Approvals } from '../../../domain/ports.ts';
import { subjectHash } from '../../../domain/subject.ts';
import type { Ports } from '../../statemachines/composition.ts';
import { policy } from '../../statemachines/sample-order.ts';
import type { Bug } from '../bug.ts';

/** Other approvals for some functions; the others have the honest ones. */
const forSome =
  (names: readonly string[], change: (approvals: Approvals, ports: Ports) => Partial<Approvals>) =>
  (ports: Ports, name: string): Ports =>
    names.includes(name) ? { ...ports, approvals: { ...ports.approvals, ...change(ports.approvals, ports) } } : ports;

const withApprovers = (approval: Approval, change: (approver: Approver) => Approver): Approval => ({
  ...approval,
  stages: approval.stages.map((stage) => ({ ...stage, approvers: stage.approvers.map(change) })),
});

export const approvalBugs: readonly Bug[] = [
  {
    name: 'no-compare-and-set',
    says: 'a decision overwrites whatever was recorded meanwhile',
    breaks: 'I5',
    seed: 11,
    plant: () => ({
      ports: forSome(['decideApproval'], (approvals) => ({
        async save(approval, audit) {
          const before = await approvals.find(approval.approvalId);
          return approvals.save({ ...approval, revision: (before?.revision ?? 0) + 1 }, audit);
        },
      })),
    }),
  },
  {
    name: 'link-not-superseded',
    says: 'who was asked before an escalation can still decide after it',
    breaks: 'I6',
    seed: 22,
    plant: () => ({
      ports: forSome(['RequestApproval'], (approvals) => ({
        save: (approval, audit) =>
          approvals.save(
            withApprovers(approval, (approver) => ({ ...approver, asked: true })),
            audit,
          ),
      })),
    }),
  },
  {
    name: 'handed-over-link-lives',
    says: 'who handed a decision over can still take it',
    breaks: 'I6',
    seed: 69,
    plant: () => ({
      ports: forSome(['handOverApproval'], (approvals) => ({
        save: (approval, audit, liveAt) =>
          approvals.save(
            withApprovers(approval, (approver) => ({ ...approver, asked: true })),
            audit,
            liveAt,
          ),
      })),
    }),
  },
  {
    name: 'code-not-checked',
    says: 'a large amount is decided about without the one-time code',
    breaks: 'I5',
    seed: 34,
    plant: () => ({
      ports: forSome(['decideApproval'], (approvals) => ({
        async find(approvalId) {
          const found = await approvals.find(approvalId);
          return found && { ...found, needsCode: false };
        },
      })),
    }),
  },
  {
    name: 'expiry-not-checked',
    says: 'a link works as long as nobody has closed the approval',
    breaks: 'I6',
    seed: 12,
    plant: () => ({
      ports: forSome(['showApproval', 'decideApproval'], (approvals) => ({
        async find(approvalId) {
          const found = await approvals.find(approvalId);
          const stages = found?.stages.map((stage) => ({ ...stage, expiresAt: '9999-12-31T00:00:00.000Z' }));
          return found && { ...found, stages: stages ?? [] };
        },
        async save(approval, audit) {
          const before = await approvals.find(approval.approvalId);
          const stages = approval.stages.map(({ expiresAt: _, ...stage }, index) => {
            const expiresAt = before?.stages[index]?.expiresAt;
            return { ...stage, ...(expiresAt && { expiresAt }) };
          });
          return approvals.save({ ...approval, stages }, audit);
        },
      })),
    }),
  },
  {
    name: 'subject-not-bound',
    says: 'what is charged is not compared with what was approved',
    breaks: 'I12',
    seed: 11,
    plant: () => ({
      step: (name, step) =>
        name !== 'AuthorisePaymentFunction'
          ? step
          : (ports) => async (input) => {
              const order = await ports.orders.find(input.orderId);
              const signOff = order &&
                input.signOff && { ...input.signOff, subjectHash: subjectHash(subjectOf(order)) };
              return step(ports)({ ...input, signOff });
            },
    }),
  },
  {
    name: 'told-before-recorded',
    says: 'the state machine is told of a decision before it is recorded',
    breaks: 'I5',
    seed: 17,
    plant: () => {
      const unsaved = new Map<string, () => Promise<boolean>>();
      return {
        ports: (ports, name) =>
          name !== 'decideApproval'
            ? ports
            : {
                ...ports,
                approvals: {
                  ...ports.approvals,
                  async save(approval, audit) {
                    const isTold = approval.status !== 'open' || !approval.stages[approval.stage]?.expiresAt;
                    if (!isTold || !approval.taskToken) return ports.approvals.save(approval, audit);
                    unsaved.set(approval.taskToken, () => ports.approvals.save(approval, audit));
                    return true;
                  },
                },
                callback: {
                  async succeed(token, output) {
                    const isWaiting = await ports.callback.succeed(token, output);
                    await unsaved.get(token)?.();
                    return isWaiting;
                  },
                },
              },
      };
    },
  },
  {
    name: 'decisions-not-recovered',
    says: 'recovery never looks for decisions that the state machine was not told of',
    breaks: 'I11',
    seed: 37,
    edit: {
      recover: (states) => {
        const choice = states['Repair orders']?.ItemProcessor.States['Decision missed?'];
        choice.Choices[0].Condition = '{% false %}';
      },
    },
  },
  {
    name: 'late-question-wins',
    says: 'an attempt to ask that was slow puts its task token in the place of a later one’s',
    breaks: 'I11',
    seed: 1217,
    plant: () => ({
      step: (name, step) =>
        name !== 'RequestApprovalFunction' ? step : (ports) => (input) => step(ports)({ ...input, turn: '9' }),
    }),
  },
  {
    name: 'withdrawal-leaves-no-mark',
    says: 'a question that is withdrawn before it is opened is opened all the same',
    breaks: 'I6',
    seed: 485,
    plant: () => ({
      step: (name, step) =>
        name !== 'CloseApprovalFunction'
          ? step
          : (ports) => async (input) => {
              const approvalId = input.approvalId ?? approvalIdOf(input.execution);
              const found = await ports.approvals.find(approvalId);
              return found ? step(ports)(input) : { approvalId, outcome: 'withdrawn' };
            },
    }),
  },
  {
    name: 'question-not-withdrawn',
    says: 'cancelling an order leaves its approval open',
    breaks: 'I6',
    seed: 1,
    edit: {
      'undo-order': (states) => {
        const choice = states['Was anybody asked?'];
        if (choice) choice.Choices[0].Condition = '{% false %}';
      },
    },
  },
  {
    name: 'self-approval',
    says: 'who asks for something may approve it',
    breaks: 'I5',
    seed: 6,
    plant: () => ({
      step: (name, step) =>
        name !== 'ReserveStockFunction'
          ? step
          : (ports) => async (input) => {
              // biome-ignore lint/suspicious/noExplicitAny: the plan is on its way to the state machine.
              const reserved = (await step(ports)(input)) as any;
              if (!reserved.plan) return reserved;
              const stages = reserved.plan.stages.map((stage: { name: string }) => ({
                ...stage,
                approvers: policy.stages[stage.name]?.approvers,
              }));
              return { ...reserved, plan: { ...reserved.plan, stages } };
            },
    }),
  },
  {
    name: 'second-stage-skipped',
    says: 'the first stage that approves decides for all',
    breaks: 'I5',
    seed: 4,
    edit: {
      'sign-off': (states) => {
        const rule = states['Decided?']?.Choices[0];
        rule.Assign = { decision: "{% $merge([$decision, {'outcome': 'approved'}]) %}" };
        rule.Next = 'Tell approvers';
      },
    },
  },
];
