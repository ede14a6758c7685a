import { statfsSync } from 'node:fs';
import process from 'node:process';
import chromium from '@sparticuz/chromium';
import { type Browser, chromium as playwright } from 'playwright-core';

/** Chromium out of npm is built for Linux on x64. */
export const canLaunchBrowser = process.platform === 'linux' && process.arch === 'x64';

/** In one process, one page's end would be that of all; pages without 3D are drawn in half the time without its emulation. */
const UNWANTED = /^--(?:single-process|no-zygote|use-gl=|use-angle=|ignore-gpu-blocklist|enable-unsafe-swiftshader)/;

/** Bytes; containers may have less. */
const ENOUGH_SHARED_MEMORY = 512 * 1024 * 1024;

/** Shared memory in files of a disk stands still for seconds while others write to it. */
function hasSharedMemory(): boolean {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    return bavail * bsize >= ENOUGH_SHARED_MEMORY;
  } catch {
    return false;
  }
}

/** A headless Chromium. */
export const launchBrowser = async (): Promise<Browser> =>
  playwright.launch({
    executablePath: await chromium.executablePath(),
    args: chromium.args.filter((each) => !UNWANTED.test(each)),
    ...(hasSharedMemory() && { ignoreDefaultArgs: ['--disable-dev-shm-usage'] }),
    headless: true,
  });
