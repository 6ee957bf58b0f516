/** A node of a network. */
import { node } from '../events/fields.ts'
import { operation } from './operation.ts'

export const nodeOperations = {
  addNode: operation({ arguments: {}, progress: true, perform: ({ network }) => network.addNode() }),
  stopNode: operation({
    arguments: { node },
    progress: true,
    perform: ({ network }, given) => network.stopNode(given.node),
  }),
  killNode: operation({
    arguments: { node },
    perform: ({ network }, given) => network.killNode(given.node),
  }),
  restartNode: operation({
    arguments: { node },
    progress: true,
    perform: ({ network }, given) => network.restartNode(given.node),
  }),
  /** Its connections stay; it does nothing until it is resumed. */
  pauseNode: operation({
    arguments: { node },
    perform: ({ network }, given) => network.pauseNode(given.node),
  }),
  resumeNode: operation({
    arguments: { node },
    perform: ({ network }, given) => network.resumeNode(given.node),
  }),
  /** The last lines a node wrote. */
  log: operation({
    arguments: { node },
    perform: ({ network }, given) => ({ lines: network.log(given.node) }),
  }),
}
