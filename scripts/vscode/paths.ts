import path from 'node:path'

/** The project. */
export const root = path.dirname(path.dirname(import.meta.dirname))

/** Everything that is downloaded or written by tests and by `npm start` lies here; deleting it loses nothing. */
export const cache = path.join(root, '.vscode-test')
