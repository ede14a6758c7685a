import { randomBytes } from 'node:crypto';
import type { Clock, NewSecret } from '../domain/ports.ts';

// Time and chance, for the composition points of the handlers. Nothing else in the application asks for either.

export const systemClock: Clock = () => Date.now();

export const newSecret: NewSecret = () => randomBytes(32).toString('base64url');
