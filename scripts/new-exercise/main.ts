import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { derive } from '../derive/main.ts'
import { root } from '../vscode/paths.ts'
import { filesOf } from './files.ts'

const USAGE =
  'Usage: npm run new-exercise 2.1 "Integers on the wire" ["Title of the lab", if it is a new one]'

async function main([id = '', title = '', labTitle]: string[]): Promise<number> {
  const numbers = /^([1-9]\d?)\.([1-9]\d?)$/.exec(id)
  if (!numbers) return refuse(`expected a lab and a number such as 2.1, got "${id}".`)
  if (!/[A-Za-z]/.test(title))
    return refuse(`expected a title such as "Integers on the wire", got "${title}".`)
  const labs = path.join(root, 'labs')
  const [, lab, number] = numbers
  const labFolder = beginning(labs, lab!) ?? (labTitle === undefined ? undefined : `${lab}-${slug(labTitle)}`)
  if (labFolder === undefined) {
    return refuse(`there is no lab ${lab}: name the title of the new lab as well.`)
  }
  const taken = existsSync(path.join(labs, labFolder)) && beginning(path.join(labs, labFolder), number!)
  if (taken) return refuse(`labs/${labFolder}/${taken} is exercise ${id} already.`)

  const folder = `${labFolder}/${number}-${slug(title)}`
  const isFirst = !readdirSync(labs).some(name => /^\d/.test(name))
  const files = filesOf({ id, title, folder, isFirst })
  for (const [name, text] of Object.entries(files)) write(path.join(labs, folder, name), text)
  const labFile = path.join(labs, labFolder, 'lab.ts')
  if (!existsSync(labFile)) write(labFile, labDefinition(labTitle!))
  const { problems } = await derive(root)
  for (const problem of problems) console.error(problem)
  console.log(
    `labs/${folder} is exercise ${id}. Its starter fails; write exercise.ts first, then npm run build.`,
  )
  return problems.length > 0 ? 1 : 0
}

function refuse(why: string): number {
  console.error(`${why}\n${USAGE}`)
  return 2
}

/** The folder whose name begins with this number. */
const beginning = (folder: string, number: string): string | undefined =>
  readdirSync(folder).find(name => name.startsWith(`${number}-`))

const slug = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '')

function write(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, text)
}

const labDefinition = (title: string) => `import { defineLab } from '../exercise/define.ts'

export default defineLab({ title: ${JSON.stringify(title)} })
`

process.exitCode = await main(process.argv.slice(2))
