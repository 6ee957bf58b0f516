// Lint rules. The rooms' import rules live here: what a folder may import is part of the design.
import tseslint from 'typescript-eslint'

/** @param {string[]} files @param {{group?: string[], regex?: string, message: string}[]} patterns */
const room = (files, patterns, ignores = []) => ({
  files,
  ignores,
  rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
})

const noVscode = { group: ['vscode'], message: 'Only extension/ imports vscode.' }
const noFaces = {
  group: ['**/extension/**', '**/cli/**'],
  message: 'Imports run downward only: nothing imports extension or cli.',
}
const noLibp2p = {
  group: ['libp2p', 'libp2p/*', '@libp2p/*', '@chainsafe/*', '@multiformats/*', 'multicast-dns'],
  message: 'libp2p lives in network/node/ (and in the libp2p exercises) and nowhere else.',
}

/** Programs that are written on libp2p, as a learner would. */
const libp2pPrograms = [
  'labs/**/*-libp2p-*/typescript/solution.ts',
  'labs/**/*-libp2p-*/typescript/other/*.ts',
]

/** Numbers and dates are written as the text around them, in English, and sorted the same everywhere: never in the machine's locale. */
const ownLocale = [
  ['CallExpression[callee.property.name=/^toLocale(String|DateString|TimeString)$/]', 0],
  ['CallExpression[callee.property.name="localeCompare"]', 1],
  [':matches(NewExpression, CallExpression)[callee.object.name="Intl"][callee.property.name=/^[A-Z]/]', 0],
].map(([call, at]) => ({
  selector: `${call}:not([arguments.${at}.type="Literal"])`,
  message: `Name the locale: 'en'. The machine's own may be any, or none at all.`,
}))

/** On Windows import('D:\\a.mjs') is a URL of the scheme "d:", which Node refuses. */
const importsByPath = {
  selector: 'ImportExpression:not([source.type="Literal"]):not([source.property.name="href"])',
  message: 'import() takes a file URL, not a path: import(pathToFileURL(file).href).',
}
/** VS Code has no console, so on Windows every program that it starts without this option opens a window of its own. */
const consoleWindow = {
  selector:
    'CallExpression[callee.name=/^(spawn|spawnSync|fork|exec|execFile|execFileSync|execSync)$/]' +
    ':not(:has(Property[key.name="windowsHide"])):not(:has(SpreadElement[argument.name="ownGroup"]))' +
    ':not([arguments.2.name="options"])',
  message: 'Start programs with windowsHide: true (false for a program whose window is wanted).',
}

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'node_modules/',
      '.vscode-test/',
      'labs/**/wrong/',
      'labs/**/starter.ts',
      'labs/derived/',
      '**/fixtures/',
    ],
  },
  ...tseslint.configs.recommended,
  {
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-restricted-syntax': ['error', ...ownLocale, importsByPath],
    },
  },
  {
    files: ['{network,labs,doctor,cli,extension,scripts}/**/*.{ts,mjs}'],
    rules: { 'no-restricted-syntax': ['error', ...ownLocale, importsByPath, consoleWindow] },
  },
  room(
    ['network/**/*.ts'],
    [
      noVscode,
      noFaces,
      noLibp2p,
      {
        group: ['**/labs/**', '**/webview/**'],
        message: 'network/ stands at the bottom: it imports no other room.',
      },
    ],
    ['network/node/**'],
  ),
  room(
    ['network/node/**/*.ts'],
    [
      noVscode,
      noFaces,
      {
        group: ['**/labs/**', '**/webview/**', '**/orchestrator/**'],
        message: 'A node process knows only network/.',
      },
    ],
  ),
  room(
    ['labs/**/*.ts'],
    [noVscode, noFaces, noLibp2p, { group: ['**/webview/**'], message: 'labs/ imports network/ only.' }],
    libp2pPrograms,
  ),
  // A solution may import what a learner's file can, which is what the extension brings (labs/learner/packages.ts).
  room(libp2pPrograms, [
    noVscode,
    noFaces,
    { group: ['**/webview/**', '**/network/**'], message: 'A solution imports what a learner can.' },
  ]),
  room(
    ['doctor/**/*.ts'],
    [
      noVscode,
      noFaces,
      noLibp2p,
      { group: ['**/webview/**'], message: 'doctor/ imports labs/ and network/ only.' },
    ],
  ),
  room(
    ['webview/**/*.ts'],
    [
      noVscode,
      noFaces,
      noLibp2p,
      { group: ['node:*', 'fs', 'net', 'path'], message: 'webview/ runs in a browser.' },
      {
        group: ['**/labs/**', '**/network/*', '!**/network/events.ts', '!**/network/state.ts'],
        message: 'webview/ imports network/events and network/state only.',
      },
    ],
  ),
  room(
    ['webview/shared/**/*.ts'],
    [
      {
        regex: '^\\.\\./(?!\\.\\./network/(events|state)\\.ts$)|^(?!\\.|valibot$)',
        message:
          'webview/shared/ is for both sides of the border: it imports network/events and network/state only.',
      },
    ],
  ),
  room(
    ['cli/**/*.ts'],
    [
      noVscode,
      noLibp2p,
      {
        group: ['**/extension/**', '**/webview/**'],
        message: 'cli/ imports labs/, doctor/ and network/ only.',
      },
    ],
  ),
  room(
    ['extension/**/*.ts'],
    [
      noLibp2p,
      { group: ['**/cli/**'], message: 'extension/ imports labs/, doctor/ and network/ only.' },
      {
        regex: '/webview/(?!shared/)',
        message:
          'extension/ imports only webview/shared/ of webview/: the messages and the HTML of the pages.',
      },
    ],
  ),
)
