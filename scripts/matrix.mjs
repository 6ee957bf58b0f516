// `npm run matrix`: runs every program beside the exercises against all checks, and shows which check catches which one.
//   npm run matrix                     all exercises
//   npm run matrix -- 1.3 1.4          only these
//   npm run -s matrix -- --json        one JSON object on standard output
//   npm run matrix -- --seed 7         the same random inputs again
// Ends with 1 when a wrong program is not caught by the check that is named for it, or another program does not do as it should.
import { goOn } from './bootstrap.mjs'

await goOn('matrix/main.ts')
