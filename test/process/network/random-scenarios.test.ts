import { holds } from '../../kit/random-scenario.ts'

describe('Random faults', () => {
  // test/soak runs more.
  for (const seed of [1, 2]) {
    it(`of seed ${seed} are healed: all that is published arrives, and nothing is left running`, async function () {
      this.timeout(240_000)
      await holds(seed)
    })
  }
})
