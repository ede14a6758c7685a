import { type Approval, type AuditRow, currentStage, waitingFor } from '../../domain/approval.ts';
import type { Approvals } from '../../domain/ports.ts';

export function memoryApprovals(): Approvals {
  const approvals = new Map<string, Approval>();
  const rows: AuditRow[] = [];
  return {
    find: async (approvalId) => approvals.get(approvalId),
    async save(approval, audit, liveAt) {
      const before = approvals.get(approval.approvalId);
      if ((before?.revision ?? 0) !== approval.revision - 1) return false;
      const live = before?.status === 'open' && (currentStage(before).expiresAt ?? '') > (liveAt ?? '');
      if (liveAt && !live) return false;
      approvals.set(approval.approvalId, approval);
      rows.push(...audit);
      return true;
    },
    audit: async (approvalId) => rows.filter((row) => row.approvalId === approvalId),
    async waiting() {
      const open = [...approvals.values()].filter(({ status }) => status === 'open');
      open.sort((a, b) => (a.openedAt < b.openedAt ? -1 : 1));
      return open.map((approval) => ({
        approvalId: approval.approvalId,
        subject: approval.subject,
        stageName: currentStage(approval).title,
        waitingFor: waitingFor(approval),
        ...(approval.needsCode && { needsCode: true }),
        openedAt: approval.openedAt,
        ...(approval.nextTickAt && { nextTickAt: approval.nextTickAt }),
        ...(currentStage(approval).expiresAt && { expiresAt: currentStage(approval).expiresAt }),
      }));
    },
  };
}
