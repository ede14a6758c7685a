export interface Granted {
  readonly role: string;
  /** In lower case. */
  readonly action: string;
  readonly resource: string;
}

interface Explanation {
  /** Part of the role's name: the role's id in the template, with hyphens around it. */
  readonly role: RegExp;
  readonly action: RegExp;
  readonly resource: RegExp;
  readonly why: string;
}

/** Grants that no test can use, and why they are needed on AWS all the same. Each names as little as it can: what it names is not missed. */
const EXPLANATIONS: readonly Explanation[] = [
  {
    role: /-(CloseDay|PlaceOrder|ProcessOrder|Recover|RefundOrder|SignOff|UndoOrder)Role-/,
    action:
      /^logs:((create|get|update|delete)logdelivery|listlogdeliveries|putresourcepolicy|describeresourcepolicies|describeloggroups)$/,
    resource: /^\*$/,
    why: 'Step Functions uses it when a state machine with logging is created or changed; the local cloud writes by itself',
  },
  {
    role: /-(CloseDay|ProcessOrder|RefundOrder)Role-/,
    action: /^events:(puttargets|putrule|describerule)$/,
    resource: /:rule\/StepFunctionsGetEventsFor\w+Rule$/,
    why: 'Step Functions learns with it that what .sync waits for has ended; the local engine is told',
  },
  {
    role: /-(ProcessOrder|RefundOrder)Role-/,
    action: /^states:(describeexecution|stopexecution)$/,
    resource: /:execution:[\w-]+-(sign-off|undo-order):\*$/,
    why: 'Step Functions follows and stops executions of .sync with it; the local engine is told',
  },
  {
    role: /-CloseDayRole-/,
    action: /^states:(describeexecution|stopexecution)$/,
    resource: /:execution:[\w-]+-close-day\/\*$/,
    why: 'Step Functions follows and stops the executions of a Distributed Map with it; the local engine is told',
  },
  {
    role: /-CloseDayRole-/,
    action: /^(s3:(getobject|putobject)|states:startexecution)$/,
    resource: /ledgersbucket[\w-]*\/days\/\*$|:stateMachine:[\w-]+-close-day$/,
    why: 'Step Functions reads the items of a Distributed Map, starts its executions and writes their results with it; the local engine does so by itself',
  },
  {
    role: /-CloseDayRole-/,
    action: /^batch:submitjob$/,
    resource: /:job-definition\/[\w-]+:\*$/,
    why: 'Batch asks for it beside the same on the queue; the local cloud asks for the action, on whatever it is about',
  },
  {
    role: /Role-/,
    action: /^xray:(puttracesegments|puttelemetryrecords|getsamplingrules|getsamplingtargets)$/,
    resource: /^\*$/,
    why: 'functions and state machines write their traces with it; the local cloud carries trace ids, and draws no traces',
  },
  {
    role: /-CloseDayRole-/,
    action:
      /^(batch:terminatejob|ecs:stoptask|glue:batchstopjobrun|sagemaker:stopprocessingjob|elasticmapreduce:cancelsteps)$/,
    resource: /:(job|task|processing-job|cluster)\//,
    why: 'Step Functions stops the jobs of a close of day that is stopped; tests do so without a role',
  },
  {
    role: /-CloseDayRole-/,
    action: /^(glue:getjobruns|sagemaker:addtags)$/,
    resource: /:(job|processing-job)\//,
    why: 'Step Functions looks up and tags the jobs it starts with it; the local engine knows them',
  },
  {
    role: /-CloseDayRole-/,
    action: /^iam:passrole$/,
    resource: /:role\/back-office$/,
    why: 'AWS asks for it when a job starts with a role of its own; the local cloud does not',
  },
  {
    role: /-CloseDayRole-/,
    action: /^s3:(listmultipartuploadparts|abortmultipartupload)$/,
    resource: /ledgersbucket[\w-]*\/days\/\*$/,
    why: 'Step Functions writes large results of a Distributed Map in parts',
  },
  {
    role: /-CloseDayScheduleRole-/,
    action: /^sqs:sendmessage$/,
    resource: /-CloseDayDeadLetters-/,
    why: 'EventBridge Scheduler sets aside with it what it gave up on; the local scheduler does so without a role',
  },
];

/** @returns why it is granted though nothing uses it, or undefined if nothing explains it */
export const explain = ({ role, action, resource }: Granted): string | undefined =>
  EXPLANATIONS.find((each) => each.role.test(role) && each.action.test(action) && each.resource.test(resource))?.why;
