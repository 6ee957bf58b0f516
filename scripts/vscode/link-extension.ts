import { mkdir, readFile, rm, symlink } from 'node:fs/promises'
import path from 'node:path'
import { root } from './paths.ts'

/**
 * Makes our extension the only installed one of the server whose data is in `home`: as it is built here, not a copy, so
 * that after a build reloading the window is enough. `extension` is another folder with an extension in it.
 */
export async function linkExtension(home: string, extension = root): Promise<void> {
  const extensions = path.join(home, 'extensions')
  // With the list of what is installed: VS Code makes it anew from what it finds.
  await rm(extensions, { recursive: true, force: true })
  await mkdir(extensions, { recursive: true })
  const { publisher, name, version } = JSON.parse(
    await readFile(path.join(extension, 'package.json'), 'utf8'),
  ) as {
    publisher: string
    name: string
    version: string
  }
  // A junction needs no rights on Windows; elsewhere the word means nothing.
  await symlink(extension, path.join(extensions, `${publisher}.${name}-${version}`), 'junction')
}
