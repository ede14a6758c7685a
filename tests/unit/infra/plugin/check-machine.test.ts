import { expect, test } from '@jest/globals';
import { checkMachine } from '../../../../infra/plugin/check-machine.ts';

const FILE = 'statemachines/greet.asl.json';
const GREET = {
  QueryLanguage: 'JSONata',
  StartAt: 'Ask',
  States: {
    Ask: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: { FunctionName: '${AskFunction}' },
      Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Nobody there' }],
      Next: 'Greeted',
    },
    Greeted: { Type: 'Succeed' },
    'Nobody there': { Type: 'Fail', Error: 'NobodyThere' },
  },
};

test('a transition to a state that does not exist is refused, with its place and what there is', () => {
  const machine = { ...GREET, States: { ...GREET.States, Ask: { ...GREET.States.Ask, Next: 'Gone' } } };
  expect(checkMachine(FILE, machine, ['AskFunction'])).toContainEqual({
    file: FILE,
    place: '/States/Ask/Next',
    message: 'there is no state "Gone" here; it has "Ask", "Greeted", "Nobody there"',
  });
});

test('a transition out of a branch is refused, though the state exists elsewhere in the file', () => {
  const machine = {
    StartAt: 'Both',
    States: {
      Both: {
        Type: 'Parallel',
        Branches: [{ StartAt: 'Inner', States: { Inner: { Type: 'Pass', Next: 'Outer' } } }],
        Next: 'Outer',
      },
      Outer: { Type: 'Succeed' },
    },
  };
  const places = checkMachine(FILE, machine).map(({ place }) => place);
  expect(places).toContain('/States/Both/Branches/0/States/Inner/Next');
});

test('the targets of Choice rules, Default, Catch and StartAt are checked too', () => {
  const machine = {
    QueryLanguage: 'JSONata',
    StartAt: 'Nowhere 1',
    States: {
      'Which?': { Type: 'Choice', Choices: [{ Condition: '{% true %}', Next: 'Nowhere 2' }], Default: 'Nowhere 3' },
      Ask: { ...GREET.States.Ask, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Nowhere 4' }] },
      Greeted: { Type: 'Succeed' },
    },
  };
  const lost = checkMachine(FILE, machine, ['AskFunction']).filter(({ message }) => message.startsWith('there is no'));
  expect(lost.map(({ place }) => place)).toEqual([
    '/StartAt',
    '/States/Which?/Default',
    '/States/Which?/Choices/0/Next',
    '/States/Ask/Catch/0/Next',
  ]);
});

test('a placeholder without a substitution is refused', () => {
  expect(checkMachine(FILE, GREET)).toEqual([
    {
      file: FILE,
      place: '/States/Ask/Arguments/FunctionName',
      message: "${AskFunction} has no value: add AskFunction to the machine's DefinitionSubstitutions",
    },
  ]);
});

test('a substitution that nothing uses is refused', () => {
  const [problem] = checkMachine(FILE, GREET, ['AskFunction', 'AskFunktion']);
  expect(problem?.message).toContain('AskFunktion is not used');
});

test('a state that is not ASL is refused', () => {
  const machine = { StartAt: 'A', States: { A: { Type: 'Dance', End: true } } };
  expect(
    checkMachine(FILE, machine)
      .map(({ message }) => message)
      .join(),
  ).toContain('SCHEMA_VALIDATION_FAILED');
});

test('a correct machine has no problems, and is left as it was', () => {
  const before = structuredClone(GREET);
  expect(checkMachine(FILE, GREET, ['AskFunction'])).toEqual([]);
  expect(GREET).toEqual(before);
});
