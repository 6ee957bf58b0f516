/**
 * Settings of every VS Code that tests open, which draws in software on a machine of two cores. Of a window that stands still with a file open, the
 * blinking cursor alone took a fifth of a core.
 */
export const PLAIN = {
  'editor.cursorBlinking': 'solid',
  'workbench.reduceMotion': 'on',
  'typescript.disableAutomaticTypeAcquisition': true,
  'git.enabled': false,
}

/** For tests in which nobody looks for what the type checker says: in each window with a TypeScript file it takes two seconds of a core, or more. */
export const WITHOUT_TYPES = { 'typescript.tsserver.useSyntaxServer': 'always' }
