/** One Chromium for all files of tests that need nothing special of it: each starts in a third of a second, with five processes. */
import type { Browser } from 'playwright-core'
import { launchChromium } from './chromium.ts'

/** Less than this passes between the end of one file and the beginning of the next. Milliseconds. */
const UNUSED_MS = 1_000

let launched: Promise<Browser> | undefined
let users = 0
let closing: NodeJS.Timeout | undefined

/** Whoever takes it opens contexts of its own, closes them, and gives it back. */
export async function takeChromium(): Promise<Browser> {
  users++
  clearTimeout(closing)
  // One that has crashed, or that could not be started, is no use to the next file.
  const isConnected = await launched?.then(
    browser => browser.isConnected(),
    () => false,
  )
  if (isConnected !== true) launched = launchChromium()
  try {
    return await launched!
  } catch (error) {
    users--
    throw error
  }
}

/** It closes once nobody has it. */
export function giveBackChromium(): void {
  if (--users > 0) return
  const unused = launched
  closing = setTimeout(() => {
    launched = undefined
    void unused?.then(
      browser => browser.close(),
      () => undefined,
    )
  }, UNUSED_MS)
}
