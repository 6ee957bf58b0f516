// `npm start`: installs, builds and opens VS Code with the extension on a lab workspace; also as the very first command on
// a fresh clone. The desktop `code` if it is there, otherwise VS Code in the browser on 127.0.0.1. Ctrl+C ends everything.
//   npm start                     on ~/p2p-lab
//   npm start -- FOLDER           on this folder; what a learner wrote in it stays
//   npm start -- --browser        in the browser, also where there is a desktop VS Code
//   npm start -- --no-open        prints the address and opens no browser
import { goOn } from './bootstrap.mjs'

await goOn('start/main.ts')
