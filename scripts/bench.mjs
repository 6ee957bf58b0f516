// `npm run bench`: measures, each time beside a baseline of the same minutes, so that busy machines can be compared.
//   npm run bench                      all benches of bench/
//   npm run bench -- network           this one: network, watching, view, check or activation
//   npm run bench -- check 1.1 1.3     of these exercises (what a bench takes is its own business: bench/README.md)
//   npm run bench -- --runs 30         how often; each bench has its own number otherwise
//   npm run bench -- network 200 --profile DIR     with .cpuprofile files and a table of where the time goes
//   npm run -s bench -- check --json   one JSON object on standard output
import { goOn } from './bootstrap.mjs'

await goOn('../bench/main.ts')
