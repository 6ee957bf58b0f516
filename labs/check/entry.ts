/** Where a check process begins: what Node keeps of compiled code has to be known before the rest is loaded. */
import { keepCompiled } from '../../network/compile-cache.ts'

keepCompiled()
await import('./main.ts')
