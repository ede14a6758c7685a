import { DISTRIBUTED, jsonata, map, one, type RefusedDefinition, SCHEMA } from './definitions.ts';

const languages: readonly RefusedDefinition[] = [
  {
    what: 'a language that does not exist',
    definition: one({ Type: 'Succeed' }, { QueryLanguage: 'XPath' }),
    problems: [
      `${SCHEMA}: The field 'QueryLanguage' should have one of these values: [JSONPath, JSONata] at /QueryLanguage`,
    ],
  },
  {
    what: 'a JSONPath state in a JSONata machine',
    definition: jsonata({ Type: 'Pass', QueryLanguage: 'JSONPath', End: true }),
    problems: [
      `${SCHEMA}: 'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine at /States/Work`,
    ],
  },
  {
    what: 'a JSONPath field in JSONata',
    definition: jsonata({ Type: 'Pass', InputPath: '$.a', End: true }),
    problems: [
      `${SCHEMA}: The QueryLanguage is set to 'JSONata', but field 'InputPath' is only supported for the 'JSONPath' QueryLanguage at /States/Work`,
    ],
  },
  {
    what: 'a JSONata field in JSONPath',
    definition: one({ Type: 'Pass', Output: {}, End: true }),
    problems: [
      `${SCHEMA}: The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage at /States/Work`,
    ],
  },
  {
    what: 'a language of an item processor',
    definition: map({}, { QueryLanguage: 'JSONata' }),
    problems: [`${SCHEMA}: Field 'QueryLanguage' is not supported at /States/Work/ItemProcessor`],
  },
  {
    what: 'JSONata that does not parse',
    definition: jsonata({ Type: 'Pass', Output: { a: ['{% 1 + %}'] }, End: true }),
    problems: ['INVALID_JSONATA_EXPRESSION: Unexpected end of expression at /States/Work/Output/a[0]'],
  },
  {
    what: 'JSONata that is not closed, or not opened at the very beginning',
    definition: one({
      Type: 'Pass',
      QueryLanguage: 'JSONata',
      Output: { open: '{% 1', late: [' {% 1 %}'], text: '100 %' },
      End: true,
    }),
    problems: [
      "INVALID_JSONATA_EXPRESSION: A JSONata expression has to begin with '{%' and to end with '%}' at /States/Work/Output/open",
      "INVALID_JSONATA_EXPRESSION: A JSONata expression has to begin with '{%' and to end with '%}' at /States/Work/Output/late[0]",
    ],
  },
  {
    what: 'JSONata that is not closed, in the error of a Fail',
    definition: jsonata({ Type: 'Fail', Error: '{% $states.input.x', Cause: 'a text' }),
    problems: [
      "INVALID_JSONATA_EXPRESSION: A JSONata expression has to begin with '{%' and to end with '%}' at /States/Work/Error",
    ],
  },
  {
    what: 'a variable of a child execution that a branch of it assigns as well',
    definition: map(
      {},
      {
        ...DISTRIBUTED,
        StartAt: 'Each',
        States: {
          Each: { Type: 'Pass', Assign: { x: 1 }, Next: 'Both' },
          Both: {
            Type: 'Parallel',
            Branches: [{ StartAt: 'A', States: { A: { Type: 'Pass', Assign: { x: 1 }, End: true } } }],
            End: true,
          },
        },
      },
    ),
    problems: [
      `${SCHEMA}: The variable x is assigned in an outer scope at /States/Work/ItemProcessor/States/Both/Branches[0]/States/A/Assign/x`,
    ],
  },
  {
    what: 'a variable of the machine that a branch and an iteration assign as well',
    definition: {
      StartAt: 'Choose',
      States: {
        Choose: {
          Type: 'Choice',
          Choices: [{ Variable: '$.n', NumericEquals: 1, Assign: { 'x.$': '$.n' }, Next: 'Both' }],
          Default: 'Both',
        },
        Both: {
          Type: 'Parallel',
          Branches: [
            { StartAt: 'A', States: { A: { Type: 'Pass', Assign: { x: 1, own: 1 }, End: true } } },
            {
              StartAt: 'Each',
              States: {
                Each: {
                  Type: 'Map',
                  Iterator: { StartAt: 'B', States: { B: { Type: 'Pass', Assign: { 'x.$': '$' }, End: true } } },
                  End: true,
                },
              },
            },
          ],
          End: true,
        },
      },
    },
    problems: [
      `${SCHEMA}: The variable x is assigned in an outer scope at /States/Both/Branches[0]/States/A/Assign/x`,
      `${SCHEMA}: The variable x is assigned in an outer scope at /States/Both/Branches[1]/States/Each/Iterator/States/B/Assign/x.$`,
    ],
  },
  {
    what: 'a bare name in JSONata',
    definition: jsonata({ Type: 'Pass', Output: { v: '{% order.total %}' }, End: true }),
    problems: [
      "UNSUPPORTED_JSONATA_EXPRESSION: Reference to 'order' at the top level is not supported. at /States/Work/Output/v",
    ],
  },
  {
    what: 'the error output outside a catcher',
    definition: jsonata({ Type: 'Pass', Output: '{% $states.errorOutput %}', End: true }),
    problems: ["UNSUPPORTED_JSONATA_EXPRESSION: Field '$states.errorOutput' does not exist. at /States/Work/Output"],
  },
  {
    what: 'text where JSONata has to be',
    definition: jsonata({ Type: 'Choice', Choices: [{ Condition: 'true', Next: 'Work' }], Default: 'Work' }),
    problems: [
      `${SCHEMA}: Value is not a valid JSONata expression at /States/Work/Choices[0]/Condition`,
      'MISSING_END_STATE: Workflow has no terminal state at null',
    ],
  },
];

const paths: readonly RefusedDefinition[] = [
  {
    what: 'text that is no path',
    definition: one({ Type: 'Pass', InputPath: 'order', End: true }),
    problems: [`${SCHEMA}: Value is not a valid JSONPath at /States/Work/InputPath`],
  },
  {
    what: 'a ResultPath with a wildcard',
    definition: one({ Type: 'Pass', ResultPath: '$.a[*]', End: true }),
    problems: [`${SCHEMA}: Value is not a Reference Path at /States/Work/ResultPath`],
  },
  {
    what: 'a ResultPath into a variable',
    definition: one({ Type: 'Pass', ResultPath: '$x', End: true }),
    problems: [`${SCHEMA}: Value is not a Reference Path at /States/Work/ResultPath`],
  },
  {
    what: 'a template field that is no path',
    definition: one({ Type: 'Pass', Parameters: { deep: { 'a.$': 'order' } }, End: true }),
    problems: [
      `${SCHEMA}: The value for the field 'a.$' must be a valid JSONPath or a valid intrinsic function call at /States/Work/Parameters/deep`,
    ],
  },
  {
    what: 'two template fields that are no paths',
    definition: one({ Type: 'Pass', Parameters: { 'a.$': 1, 'b.$': 'States.Nothing()' }, End: true }),
    problems: [
      `${SCHEMA}: The value for the field 'a.$' must be a valid JSONPath or a valid intrinsic function call at /States/Work/Parameters`,
      `${SCHEMA}: The value for the field 'b.$' must be a valid JSONPath or a valid intrinsic function call at /States/Work/Parameters`,
    ],
  },
];

/** What is wrong with query languages and what is written in them. */
export const REFUSED_EXPRESSIONS: readonly RefusedDefinition[] = [...languages, ...paths];
