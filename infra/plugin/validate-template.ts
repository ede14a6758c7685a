import { CelEngine, TemplateFile } from '@aws/cloudformation-validate';
import type { BuildProblem } from './build-problem.ts';
import type { CloudFormationTemplate } from './serverless-host.ts';

const FILE = 'CloudFormation template';

/** Asks AWS's own offline validator: unknown properties, wrong types, references to nothing, circular dependencies. */
export function validateTemplate(template: CloudFormationTemplate): BuildProblem[] {
  const engine = new CelEngine();
  try {
    const { diagnostics } = engine.validateStandard(new TemplateInMemory(template));
    return diagnostics
      .filter(({ severity }) => severity === 'FATAL' || severity === 'ERROR')
      .map(({ ruleId, message, entity, propertyPath }) => ({
        file: FILE,
        place: [entity?.logicalId ?? '', propertyPath ?? ''].filter(Boolean).join(' '),
        message: `${message} (${ruleId})`,
      }));
  } finally {
    engine.free();
  }
}

class TemplateInMemory extends TemplateFile {
  readonly #template: CloudFormationTemplate;

  constructor(template: CloudFormationTemplate) {
    super(FILE);
    this.#template = template;
  }

  override readBytes(): Uint8Array {
    return new TextEncoder().encode(JSON.stringify(this.#template, undefined, 2));
  }
}
