import { parentPort } from 'node:worker_threads';
import { CelEngine, TemplateFile } from '@aws/cloudformation-validate';

const engine = new CelEngine();

/** Answers a template (JSON text) with the diagnostics of AWS's own offline validator. */
parentPort?.on('message', (template: string) => {
  parentPort?.postMessage(engine.validateStandard(new TemplateInMemory(template)).diagnostics);
});

class TemplateInMemory extends TemplateFile {
  readonly #text: string;

  constructor(text: string) {
    super('CloudFormation template');
    this.#text = text;
  }

  override readBytes(): Uint8Array {
    return new TextEncoder().encode(this.#text);
  }
}
