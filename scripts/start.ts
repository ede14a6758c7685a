// npm start: packages the service if it has changed, runs it on this machine, and says how to use it.
import { enableCompileCache } from 'node:module';

// What was compiled once, and stripped of its types, is there at the next start. It has to be said before anything is loaded.
enableCompileCache();
await import('./start/run.ts');
