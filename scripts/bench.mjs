// `npm run bench`: measures, each time beside a baseline of the same minutes, so that busy machines can be compared.
//   npm run bench                      all benches of bench/
//   npm run bench -- check             this one
//   npm run bench -- check 1.1 1.3     of these exercises (what a bench takes is its own business)
//   npm run bench -- --runs 30         how often; 10 when left out
//   npm run -s bench -- check --json   one JSON object on standard output
import { goOn } from './bootstrap.mjs'

await goOn('../bench/main.ts')
