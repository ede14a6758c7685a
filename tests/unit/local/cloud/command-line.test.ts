import { expect, test } from '@jest/globals';
import { optionsOf, UsageError } from '../../../../local/cloud/command-line.ts';

test.each([
  [['--colour'], /Unknown option '--colour'/],
  [['something'], /Unexpected argument 'something'/],
  [['--data'], /--data/],
  [['--empty', '--package', 'x'], /--empty and --package exclude each other/],
  [['--ephemeral', '--data', 'x'], /--ephemeral and --data exclude each other/],
  // As with `--data "$FOLDER"` where the variable is not set: the current folder is not what was meant.
  [['--data', ''], /--data has to name a folder/],
  [['--package', ''], /--package has to name a folder/],
  [['--images', ''], /--images has to name a folder/],
  [['--port', 'http'], /PORT has to be a number from 0 to 65535, not "http"/],
  [['--aws-port', '70000'], /AWS_PORT has to be/],
  [['--parameter', 'Stage'], /--parameter takes NAME=VALUE/],
])('%j is refused', (args, message) => {
  expect(() => optionsOf(args, {})).toThrow(UsageError);
  expect(() => optionsOf(args, {})).toThrow(message);
});

test('without options there are the usual folders and ports', () => {
  expect(optionsOf([], {})).toEqual({
    help: false,
    packageFolder: '.serverless',
    dataFolder: '.local',
    httpPort: 3000,
    awsPort: 4566,
    json: false,
    parameters: {},
  });
});

test('options go before the environment, and that before what is usual', () => {
  expect(optionsOf(['--port', '1'], { PORT: '2', AWS_PORT: '0' })).toMatchObject({ httpPort: 1, awsPort: 0 });
});

test('an empty, ephemeral cloud has no folders', () => {
  const options = optionsOf(['--empty', '--ephemeral', '--json'], {}, { packageFolder: 'a', dataFolder: 'b' });
  expect([options.packageFolder, options.dataFolder, options.json]).toEqual([undefined, undefined, true]);
});

test('the folder with the images of jobs is there if it is named', () => {
  expect(optionsOf([], {})).not.toHaveProperty('imagesFolder');
  expect(optionsOf(['--images', 'programs'], {})).toMatchObject({ imagesFolder: 'programs' });
});

test('parameters may hold equals signs', () => {
  const { parameters } = optionsOf(['--parameter', 'A=b=c', '--parameter', 'D='], {});
  expect(parameters).toEqual({ A: 'b=c', D: '' });
});
