/** Grants that no test can use, and why they are needed on AWS all the same. Actions in lower case. */
export const EXPLAINED: readonly { readonly action: RegExp; readonly why: string }[] = [
  {
    action:
      /^logs:((create|get|update|delete)logdelivery|listlogdeliveries|putresourcepolicy|describeresourcepolicies|describeloggroups)$/,
    why: 'Step Functions uses it when a state machine with logging is created or changed; the local cloud writes by itself',
  },
  {
    action: /^events:(puttargets|putrule|describerule)$|^states:(describeexecution|stopexecution)$/,
    why: 'Step Functions follows and stops the jobs and executions of .sync with it; the local engine is told',
  },
  {
    action: /^xray:(puttracesegments|puttelemetryrecords|getsamplingrules|getsamplingtargets)$/,
    why: 'functions and state machines write their traces with it; the local cloud carries trace ids, and draws no traces',
  },
  {
    action:
      /^(batch:terminatejob|ecs:stoptask|glue:(batchstopjobrun|getjobruns)|sagemaker:(stopprocessingjob|addtags)|elasticmapreduce:cancelsteps)$/,
    why: 'Step Functions stops the jobs of a close of day that is stopped; tests do so without a role',
  },
  {
    action: /^iam:passrole$/,
    why: 'AWS asks for it when a job starts with a role of its own; the local cloud does not',
  },
  {
    action: /^s3:(listmultipartuploadparts|abortmultipartupload)$/,
    why: 'Step Functions writes large results of a Distributed Map in parts',
  },
];
