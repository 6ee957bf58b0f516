/** What a new exercise begins with: files that build, a starter that fails, and checks that say "not written yet". */

export interface NewExercise {
  /** As in "2.1". */
  id: string
  title: string
  /** Under labs/, such as "2-protocol/1-integers-on-the-wire". */
  folder: string
  isFirst: boolean
}

/** By path within the folder of the exercise. */
export const filesOf = (exercise: NewExercise): Record<string, string> => ({
  'exercise.ts': definition(exercise),
  'README.md': readme(exercise),
  'hints.md': [1, 2, 3].map(n => `## Hint ${n}\n\nThis hint is not written yet.\n`).join('\n'),
  'passed.md': 'This text is not written yet: what have the checks shown?\n',
  'checks/index.ts': checks,
  'typescript/starter.ts': program(
    exercise,
    'Write the function, then check.',
    "'listen is not written yet'",
  ),
  'typescript/solution.ts': program(
    exercise,
    'The reference.',
    '`the reference is not written yet (${host}, ${port})`',
  ),
  'typescript/mistakes.ts': mistakes,
})

const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

const definition = ({
  title,
  isFirst,
}: NewExercise) => `import { defineExercise, op } from '../../exercise/define.ts'
import { boundPort, host, port } from '../../exercise/fields.ts'

export default defineExercise({
  title: ${quoted(title)},
  builds: 'not written yet',
${isFirst ? '' : "  comesNext: 'What comes next is not written yet. In {exercise} you go on.',\n"}  ops: {
    listen: op({
      args: { host: host(), port: port() },
      result: { port: boundPort() },
      returns: 'the port it really listens on',
    }),
  },
  checks: {
    works: 'This check is not written yet',
  },
})
`

const readme = ({ id, title, folder }: NewExercise) => `# ${id} ${title}

Why does it matter, and where do real systems do it? This text is not written yet.

## The task

Write a function in \`${folder}.ts\`:

- \`listen\` is not written yet.

## Contract

In TypeScript the op is the function \`listen\` that your file exports.

## Common mistakes

- None is written yet.

## Further reading

- [RFC 9293](https://www.rfc-editor.org/rfc/rfc9293): TCP
`

const checks = `/** The checks of this exercise. */
import type { CheckContext, Checks } from '../../../check/kit/check.ts'
import exercise from '../exercise.ts'

async function works(t: CheckContext): Promise<void> {
  t.doing('The checker asked your program to listen.')
  await t.call(exercise.ops.listen, { host: '127.0.0.1', port: 0 })
  t.fail({ expected: 'a check.', got: 'nothing: this check is not written yet.' })
}

export const checks: Checks = { works }
`

const program = (
  { id, title }: NewExercise,
  what: string,
  message: string,
) => `// Exercise ${id}: ${title}. ${what}

/** Accept connections on host and port. Return the port you really listen on. */
export async function listen({ host, port }: { host: string; port: number }): Promise<{ port: number }> {
  throw new Error(${message})
}
`

const mistakes = `import { defineMistakes } from '../../../exercise/mistakes.ts'

export default defineMistakes({})
`
