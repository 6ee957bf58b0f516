/** The scenarios that come with the product, in the order in which they teach. */
import firstBroadcast from './shipped/first-broadcast.p2pscenario.json' with { type: 'json' }
import killATenth from './shipped/kill-a-tenth.p2pscenario.json' with { type: 'json' }
import splitAndHeal from './shipped/split-and-heal.p2pscenario.json' with { type: 'json' }
import slowLink from './shipped/slow-link.p2pscenario.json' with { type: 'json' }
import spamAttack from './shipped/spam-attack.p2pscenario.json' with { type: 'json' }
import yourFlooding from './shipped/your-flooding.p2pscenario.json' with { type: 'json' }
import yourRaft from './shipped/your-raft.p2pscenario.json' with { type: 'json' }
import starHub from './shipped/star-hub.p2pscenario.json' with { type: 'json' }

export interface ShippedScenario {
  /** As in `p2plab scenario run NAME`. */
  name: string
  title: string
  description: string
  /** The file, for whoever wants to write one. */
  text: string
}

const entry = (name: string, scenario: { title: string; description: string }): ShippedScenario => ({
  name,
  title: scenario.title,
  description: scenario.description,
  text: `${JSON.stringify(scenario, undefined, 2)}\n`,
})

export const SHIPPED: ShippedScenario[] = [
  entry('first-broadcast', firstBroadcast),
  entry('kill-a-tenth', killATenth),
  entry('split-and-heal', splitAndHeal),
  entry('slow-link', slowLink),
  entry('spam-attack', spamAttack),
  entry('star-hub', starHub),
  entry('your-flooding', yourFlooding),
  entry('your-raft', yourRaft),
]
