// `npm run new-exercise 2.1 "Integers on the wire"`: makes the folder of an exercise that builds, fails, and says that it is not written yet.
import { goOn } from './bootstrap.mjs'

await goOn('new-exercise/main.ts')
