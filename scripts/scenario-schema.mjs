// Writes media/p2pscenario.schema.json, which tells an editor what a scenario file may hold, from network/scenario/schema.ts.
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { jsonSchema } from '../network/scenario/json-schema.ts'

const file = path.join(
  path.dirname(path.dirname(fileURLToPath(import.meta.url))),
  'media/p2pscenario.schema.json',
)
const options = { ...(await resolveConfig(file)), parser: 'json' }
await writeFile(file, await format(JSON.stringify(jsonSchema()), options))
