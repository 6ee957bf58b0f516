// `npm run package`: makes p2p-lab-VERSION.vsix, the extension as users install it.
import { goOn } from './bootstrap.mjs'

await goOn('package/main.ts')
