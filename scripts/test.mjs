// `npm test`: installs, builds, checks and runs all tests; also as the very first command on a fresh clone.
//   npm test                       everything
//   npm test -- unit process       only these suites, the folders of test/ (builds first, leaves the check out)
//   npm test -- host --grep words  what begins with a dash goes on to mocha
import { goOn } from './bootstrap.mjs'

await goOn('test/main.ts')
