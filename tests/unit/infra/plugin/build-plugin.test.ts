import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, jest, test } from '@jest/globals';
import BuildPlugin from '../../../../infra/plugin/build-plugin.ts';
import { TemplateValidator } from '../../../../infra/plugin/template-validator.ts';
import { packagedService } from '../../../packaged-service.ts';
import { pipelineTemplate } from '../pipeline-template.ts';

jest.setTimeout(120_000); // for slow machines: the service is packaged first, and AWS's validator loads the schemas of all types

const validator = new TemplateValidator();
afterAll(() => validator.close());

test('AWS refuses a reference to nothing and an unknown property, and the messages say where; the rest is good', async () => {
  const folder = await packagedService();
  const template = JSON.parse(readFileSync(join(folder, 'cloudformation-template-update-stack.json'), 'utf8'));
  const { Variables } = template.Resources.CheckOrderLambdaFunction.Properties.Environment;
  expect(Variables.PRODUCTS_TABLE).toEqual({ Ref: 'ProductsTable' });
  Variables.PRODUCTS_TABLE = { Ref: 'ProduktsTable' };
  template.Resources.RecoverDeadLetters.Properties.Colour = 'green';
  const plugin = new BuildPlugin(
    {
      serviceDir: join(folder, '..'),
      service: {
        service: 'countersign',
        functions: {},
        custom: { closeOfDay: 'config/close-of-day.json' },
        provider: { stage: 'dev', compiledCloudFormationTemplate: template },
      },
      classes: { Error },
    },
    {},
    { log: { notice() {} }, progress: { create: () => ({ update() {}, remove() {} }) } },
    () => validator,
  );
  const refusal = await plugin.hooks['after:aws:package:finalize:mergeCustomProviderResources']?.().catch(String);
  expect(refusal).toMatch(/2 problems found/);
  expect(refusal).toMatch(/CloudFormation template CheckOrderLambdaFunction .*ProduktsTable/);
  expect(refusal).toMatch(/CloudFormation template RecoverDeadLetters .*Colour/);
});

test('AWS finds nothing wrong with the template of the pipeline', async () => {
  expect(await validator.validate(pipelineTemplate())).toEqual([]);
});
