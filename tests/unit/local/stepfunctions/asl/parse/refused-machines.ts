import { FUNCTION, one, type RefusedDefinition, SCHEMA } from './definitions.ts';

const structure: readonly RefusedDefinition[] = [
  {
    what: 'no fields at all',
    definition: {},
    problems: [`${SCHEMA}: These fields are required: [StartAt, States] at /`],
  },
  {
    what: 'no states',
    definition: { StartAt: 'A', States: {} },
    problems: [
      `${SCHEMA}: Value cannot be empty at /States`,
      "MISSING_TRANSITION_TARGET: Missing 'Next' target: A at /StartAt",
    ],
  },
  {
    what: 'a state that is no object',
    definition: { StartAt: 'A', States: { A: 1 } },
    problems: [`${SCHEMA}: Expected value of type Object at /States/A`],
  },
  {
    what: 'a field that machines do not have',
    definition: one({ Type: 'Succeed' }, { Owner: 'us' }),
    problems: [`${SCHEMA}: Field 'Owner' is not supported at /`],
  },
  {
    what: 'a field that this type of state does not have',
    definition: one({ Type: 'Pass', End: true, Retry: [] }),
    problems: [`${SCHEMA}: Field 'Retry' is not supported at /States/Work`],
  },
  {
    what: 'a state without a type',
    definition: one({ End: true }),
    problems: [`${SCHEMA}: These fields are required: [Type] at /States/Work`],
  },
  {
    what: 'a type that does not exist',
    definition: one({ Type: 'Loop', End: true }),
    problems: [
      `${SCHEMA}: The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map] at /States/Work/Type`,
    ],
  },
  {
    what: 'neither Next nor End',
    definition: one({ Type: 'Pass' }),
    problems: [`${SCHEMA}: There must be one of the following fields: [Next, End] at /States/Work`],
  },
  {
    what: 'a timeout of the wrong type',
    definition: one({ Type: 'Succeed' }, { TimeoutSeconds: '5' }),
    problems: [`${SCHEMA}: Expected value of type Integer at /TimeoutSeconds`],
  },
  {
    what: 'a timeout of zero',
    definition: one({ Type: 'Succeed' }, { TimeoutSeconds: 0 }),
    problems: [`${SCHEMA}: Minimum value is 1 at /TimeoutSeconds`],
  },
  {
    what: 'a name that is too long',
    definition: { StartAt: 'x'.repeat(81), States: { ['x'.repeat(81)]: { Type: 'Succeed' } } },
    problems: [
      `INVALID_STATE_NAME: State name exceeds the allowed length of 80 characters: ${'x'.repeat(81)} at /States/${'x'.repeat(81)}`,
    ],
  },
];

const graph: readonly RefusedDefinition[] = [
  {
    what: 'a start that does not exist',
    definition: { StartAt: 'B', States: { A: { Type: 'Succeed' } } },
    problems: [
      "MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /StartAt",
      'MISSING_TRANSITION_TARGET: State "A" is not reachable. at /States/A',
    ],
  },
  {
    what: 'a target that does not exist',
    definition: one({ Type: 'Pass', Next: 'Later' }),
    problems: [
      "MISSING_TRANSITION_TARGET: Missing 'Next' target: Later at /States/Work/Next",
      'MISSING_END_STATE: Workflow has no terminal state at null',
    ],
  },
  {
    what: 'a loop without an end',
    definition: { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } } },
    problems: ['MISSING_END_STATE: Workflow has no terminal state at null'],
  },
  {
    what: 'a state that nothing leads to',
    definition: { StartAt: 'A', States: { A: { Type: 'Succeed' }, B: { Type: 'Succeed' } } },
    problems: ['MISSING_TRANSITION_TARGET: State "B" is not reachable. at /States/B'],
  },
  {
    what: 'a target in another branch',
    definition: {
      StartAt: 'Work',
      States: {
        Work: {
          Type: 'Parallel',
          End: true,
          Branches: [{ StartAt: 'Inner', States: { Inner: { Type: 'Pass', Next: 'Work' } } }],
        },
      },
    },
    problems: [
      "MISSING_TRANSITION_TARGET: Missing 'Next' target: Work at /States/Work/Branches[0]/States/Inner/Next",
      'MISSING_END_STATE: Workflow has no terminal state at null',
    ],
  },
  {
    what: 'a name that is used in a branch as well',
    definition: {
      StartAt: 'Work',
      States: {
        Work: { Type: 'Parallel', End: true, Branches: [{ StartAt: 'Work', States: { Work: { Type: 'Succeed' } } }] },
      },
    },
    problems: ['DUPLICATE_STATE_NAME: Duplicate State name: Work at /States/Work/Branches[0]/States/Work'],
  },
  {
    what: 'a missing target of a rule, a default and a catcher',
    definition: {
      StartAt: 'C',
      States: {
        C: { Type: 'Choice', Choices: [{ Variable: '$.a', IsNull: true, Next: 'X' }], Default: 'T' },
        T: {
          Type: 'Task',
          Resource: FUNCTION,
          Parameters: { FunctionName: 'f' },
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Y' }],
          End: true,
        },
      },
    },
    problems: [
      "MISSING_TRANSITION_TARGET: Missing 'Next' target: X at /States/C/Choices[0]/Next",
      "MISSING_TRANSITION_TARGET: Missing 'Next' target: Y at /States/T/Catch[0]/Next",
    ],
  },
];

/** What is wrong with a machine as a whole, and with where its states lead. */
export const REFUSED_MACHINES: readonly RefusedDefinition[] = [...structure, ...graph];
