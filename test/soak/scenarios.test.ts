/** Twenty networks with random faults, each from its seed. */
import { holds } from '../kit/random-scenario.ts'

describe('Random faults', () => {
  for (let seed = 1; seed <= 20; seed++) {
    it(`of seed ${seed} are healed`, async function () {
      this.timeout(10 * 60_000)
      await holds(seed)
    })
  }
})
