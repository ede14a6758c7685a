import { constants, createContext } from 'node:vm';
import { ModuleMocker } from 'jest-mock';
import { installCommonGlobals } from 'jest-util';

/** Every context has its own, but what Node itself makes is made of these. */
const NODES_OWN = ['ArrayBuffer', 'Uint8Array'];

/**
 * A context of its own for each suite, with Node's globals. In that of jest-environment-node every look at a global (`Object`,
 * `Array`, `Math`) goes through an interceptor and takes half a microsecond, more than all else that many a loop does. Here
 * globals are plain properties. There are no fake timers.
 */
export default class PlainEnvironment {
  constructor({ projectConfig }) {
    this.context = createContext(constants.DONT_CONTEXTIFY);
    this.global = this.context;
    for (const name of Object.getOwnPropertyNames(globalThis)) {
      if (name in this.global && !NODES_OWN.includes(name)) continue;
      const { enumerable } = Object.getOwnPropertyDescriptor(globalThis, name);
      const value = name === 'global' ? this.global : globalThis[name];
      Object.defineProperty(this.global, name, { value, enumerable, configurable: true, writable: true });
    }
    installCommonGlobals(this.global, projectConfig.globals); // among them a process of its own
    this.moduleMocker = new ModuleMocker(this.global);
  }

  async setup() {}

  async teardown() {
    this.context = null;
    this.global = null;
  }

  exportConditions() {
    return ['node', 'node-addons'];
  }

  getVmContext() {
    return this.context;
  }
}
