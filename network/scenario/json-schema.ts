/** The JSON schema of scenario files for editors, made from schema.ts so that both accept the same. */
import { scenarioSchema } from './schema.ts'

/** As much of a valibot schema as is used in schema.ts. */
interface Node {
  type: string
  entries?: Record<string, Node>
  options?: readonly (Node | string)[]
  item?: Node
  value?: Node
  wrapped?: Node
  literal?: string
  pipe?: readonly { kind: string; type: string; requirement?: unknown; description?: string }[]
}

type Json = Record<string, unknown>

export function jsonSchema(): Json {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'P2P Lab scenario',
    ...convert(scenarioSchema as unknown as Node),
  }
}

function convert(node: Node): Json {
  return { ...shape(node), ...limits(node) }
}

function shape(node: Node): Json {
  switch (node.type) {
    case 'optional':
      return convert(node.wrapped!)
    case 'strict_object': {
      const entries = Object.entries(node.entries!)
      return {
        type: 'object',
        properties: Object.fromEntries(entries.map(([key, value]) => [key, convert(value)])),
        required: entries.filter(([, value]) => value.type !== 'optional').map(([key]) => key),
        additionalProperties: false,
      }
    }
    case 'variant':
      return { oneOf: node.options!.map(option => convert(option as Node)) }
    case 'union':
      return { anyOf: node.options!.map(option => convert(option as Node)) }
    case 'picklist':
      return { enum: node.options }
    case 'literal':
      return { const: node.literal }
    case 'array':
      return { type: 'array', items: convert(node.item!) }
    case 'record':
      return { type: 'object', additionalProperties: convert(node.value!) }
    case 'string':
    case 'number':
    case 'boolean':
      return { type: node.type }
    default:
      throw new Error(`json-schema.ts does not know ${node.type}`)
  }
}

const LIMITS: Record<string, string> = {
  min_value: 'minimum',
  max_value: 'maximum',
  min_length: 'minLength',
  max_length: 'maxLength',
}

function limits(node: Node): Json {
  const found: Json = {}
  for (const { kind, type, requirement, description } of node.pipe ?? []) {
    if (kind === 'schema') continue
    const limit = LIMITS[type]
    if (limit) found[node.type === 'array' ? limit.replace('Length', 'Items') : limit] = requirement
    else if (type === 'integer') found['type'] = 'integer'
    else if (type === 'regex') found['pattern'] = (requirement as RegExp).source
    else if (type === 'description') found['description'] = description
    else throw new Error(`json-schema.ts does not know ${type}`)
  }
  return found
}
