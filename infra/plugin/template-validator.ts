import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { StandardDiagnostic } from '@aws/cloudformation-validate';
import type { BuildProblem } from './build-problem.ts';
import type { CloudFormationTemplate } from './serverless-host.ts';

/**
 * AWS's own offline validator: unknown properties, wrong types, references to nothing, circular dependencies.
 * It takes seconds to load the schemas of all resource types, so it does that on a thread of its own from the start. The thread
 * keeps no process alive.
 */
export class TemplateValidator {
  readonly #worker = new Worker(new URL('./template-validation-worker.ts', import.meta.url));

  constructor() {
    this.#worker.unref();
  }

  /** One template at a time. */
  async validate(template: CloudFormationTemplate): Promise<BuildProblem[]> {
    this.#worker.ref();
    try {
      // An error of the worker rejects here.
      const answer = once(this.#worker, 'message') as Promise<[StandardDiagnostic[]]>;
      this.#worker.postMessage(JSON.stringify(template, undefined, 2));
      const [diagnostics] = await answer;
      return diagnostics.filter(({ severity }) => severity === 'FATAL' || severity === 'ERROR').map(toProblem);
    } finally {
      this.#worker.unref();
    }
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

function toProblem({ ruleId, message, entity, propertyPath }: StandardDiagnostic): BuildProblem {
  return {
    file: 'CloudFormation template',
    place: [entity?.logicalId ?? '', propertyPath ?? ''].filter(Boolean).join(' '),
    message: `${message} (${ruleId})`,
  };
}
