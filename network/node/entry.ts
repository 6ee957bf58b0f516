/** Where a node process begins: what Node keeps of compiled code has to be known before the rest is loaded. */
import { keepCompiled } from '../compile-cache.ts'

keepCompiled()
await import('./main.ts')
