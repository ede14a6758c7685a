/** Grants that no test can use, and why they are needed on AWS all the same. Roles by the end of their logical id. */
export const EXPLAINED: readonly { readonly role?: RegExp; readonly action: RegExp; readonly why: string }[] = [
  {
    action:
      /^logs:(create|get|update|delete|list)logdeliver|^logs:(putresourcepolicy|describeresourcepolicies|describeloggroups)$/,
    why: 'Step Functions uses it when a state machine with logging is created or changed; the local cloud writes by itself',
  },
  {
    role: /ApiLogsRole/,
    action: /^logs:/,
    why: 'API Gateway writes access logs with it; the local gateway writes by itself',
  },
  {
    action: /^events:(puttargets|putrule|describerule)$|^states:(describeexecution|stopexecution)$/,
    why: 'Step Functions follows and stops the jobs and executions of .sync with it; the local engine is told',
  },
  { action: /^xray:/, why: 'traces go to X-Ray, which is not here' },
];
