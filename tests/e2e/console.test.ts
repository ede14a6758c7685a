import { afterAll, beforeAll, describe, jest } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { canLaunchBrowser, launchBrowser } from '../../scripts/launch-browser.ts';
import { deedTests } from './console/deeds.ts';
import { graphTests } from './console/graphs.ts';
import { hostileTests } from './console/hostile.ts';
import { storyTests } from './console/story.ts';
import { viewTests } from './console/views.ts';

jest.setTimeout(180_000); // for slow machines

// The console in a real browser: one for all tests.
(canLaunchBrowser ? describe : describe.skip)('in headless Chromium', () => {
  let running: Browser;
  const browser = (): Browser => running;

  beforeAll(async () => {
    running = await launchBrowser();
  });

  const story = storyTests(browser);
  deedTests(browser);
  graphTests(browser);
  viewTests(browser);
  hostileTests(browser);

  afterAll(async () => {
    await running?.close();
    await story.close();
  });
});
