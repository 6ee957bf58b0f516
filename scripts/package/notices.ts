/** The notices of everything inside the bundles that others wrote. */
import { readFile, readdir } from 'node:fs/promises'
import path from 'node:path'

interface Inside {
  name: string
  version: string
  licence: string
  /** Licence and notice files of the package. */
  texts: string[]
}

/** The beginning of the part that only the whole Apache licence has; some packages ship a line that names it. */
const WHOLE_APACHE = 'TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION'

/**
 * The text of ThirdPartyNotices.txt for bundles made of `inputs` (paths relative to `root`).
 *
 * @throws when a package has no licence text and none that we could take for it.
 */
export async function thirdPartyNotices(
  root: string,
  inputs: readonly string[],
): Promise<{ text: string; packages: number }> {
  const apache = await readFile(path.join(import.meta.dirname, 'Apache-2.0.txt'), 'utf8')
  const folders = [...new Set(inputs.map(packageFolder).filter(folder => folder !== undefined))]
  const found = await Promise.all(folders.map(folder => describe(path.join(root, folder), apache)))
  // One package can be there at several places in one version.
  const packages = [...new Map(found.map(p => [`${p.name}@${p.version}`, p])).values()].toSorted((a, b) =>
    a.name.localeCompare(b.name, 'en'),
  )
  const without = packages.filter(p => p.texts.length === 0)
  if (without.length > 0) {
    const names = without.map(p => `${p.name}@${p.version} (${p.licence})`).join(', ')
    throw new Error(`no licence text for ${names}: add it to scripts/package/, or do without the package`)
  }

  const byText = Map.groupBy(
    packages.flatMap(p => p.texts.map(text => ({ p, text }))),
    ({ text }) => text.trim().replaceAll(/\s+/g, ' '),
  )
  const sections = [...byText.values()].map(entries => {
    const names = entries.map(({ p }) => `${p.name} ${p.version} (${p.licence})`)
    return `${'='.repeat(100)}\n${names.join('\n')}\n${'-'.repeat(100)}\n\n${entries[0]?.text.trim()}\n`
  })
  const intro =
    'P2P Lab contains software that others wrote. What follows are its packages, each group with its licence.\n' +
    'A package offered under "Apache-2.0 OR MIT" is used under the Apache License 2.0 where it came without a text.\n'
  return { text: [intro, ...sections].join('\n'), packages: packages.length }
}

/** The folder of the package that a file belongs to; undefined for our own files. */
function packageFolder(file: string): string | undefined {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file.replaceAll('\\', '/'))?.[0]
}

async function describe(folder: string, apache: string): Promise<Inside> {
  const manifest = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as {
    name: string
    version: string
    license?: string
  }
  const licence = manifest.license ?? 'no licence named'
  const files = (await readdir(folder)).filter(name => /^(licen[cs]e|copying|notice)/i.test(name))
  const texts = await Promise.all(files.toSorted().map(name => readFile(path.join(folder, name), 'utf8')))
  const complete = texts.some(text => text.includes(WHOLE_APACHE) || text.includes('Permission is hereby'))
  if (!complete && /\bApache-2\.0\b/.test(licence)) texts.push(apache)
  return { name: manifest.name, version: manifest.version, licence, texts }
}
