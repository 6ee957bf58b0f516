/** A made-up exercise, 9.1, with a track in Python beside that in TypeScript: its files, for tests inside VS Code, too. */
import { spawnSync } from 'node:child_process'
import { python } from './python.ts'

/** Of the exercise, under labs/; with an ending, the learner's file. */
export const FOLDER = '9-a-made-up-lab/1-sealed-letters'
export const FILE = `${FOLDER}.py`

const program = (listen: string) => `import json, sys

def listen(host, port):
    ${listen}

def tell(**line):
    print(json.dumps(line), flush=True)

tell(p2plab="ready", contract=1)
for line in sys.stdin:
    command = json.loads(line)
    try:
        if command["op"] != "listen":
            raise ValueError("unknown op " + command["op"])
        tell(p2plab="reply", id=command["id"], result=listen(**command["args"]))
    except Exception as error:
        tell(p2plab="error", id=command["id"], message=str(error))
`
export const STARTER = program('raise NotImplementedError("listen is not written yet")')
export const SOLUTION = program('return {"port": 4001}')

/** What the product itself starts. */
const PYTHON = process.platform === 'win32' ? 'py -3' : 'python3'

/** Why a learner's Python file cannot be run on this machine: the end of a sentence. Undefined where it can. */
export function noPython(): string | undefined {
  const { status } = spawnSync(`${PYTHON} --version`, { shell: true, windowsHide: true, stdio: 'ignore' })
  return python() !== undefined && status === 0 ? undefined : `there is no ${PYTHON} on this machine`
}
